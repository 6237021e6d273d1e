// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// What a client is made of: see ``Client``'s properties of the same names.
struct ClientSettings: Sendable {
  var options: ChatOptions
  var provider: Provider?
  var timeouts: Timeouts
  var recovery: Recovery
  var prices: PriceTable { didSet { prepared = PreparationCache() } }
  var budget: Budget?
  var routing: Routing { didSet { prepared = PreparationCache() } }
  var profiles: ModelProfiles { didSet { prepared = PreparationCache() } }
  var mediaFetching: MediaFetching
  let dialects: Dialects
  let environment: Environment
  let transport: any Transport
  let ledger = RecoveryLedger()
  /// Follows from these settings: never older than they are.
  private(set) var prepared = PreparationCache()
}
