// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// Everything that a run needs: the request as it goes out, and how to read what comes back.
struct PreparedCall: Sendable {
  var request: HTTPRequest
  var dialect: any Dialect
  var provider: Provider
  var model: String
  /// The answers asked for.
  var choices: Int
  /// What could not be sent as it was asked for.
  var warnings: [StreamWarning]
  var transport: any Transport
  var timeouts = Timeouts()

  /// What the decoder must know of a response.
  func context(of head: HTTPHead) -> ResponseContext {
    ResponseContext(
      status: head.status, contentType: head.fields["Content-Type"], choices: choices, provider: provider.id)
  }
}
