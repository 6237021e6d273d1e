// SPDX-License-Identifier: Apache-2.0

/// Changes the events of an answer before anybody sees them: events in, events out. A value without reference state, as
/// decoders are.
package protocol EventFilter: Sendable {
  /// Changes the events of one read. `isLast`: nothing follows them.
  mutating func filter(_ events: inout [StreamEvent], isLast: Bool)
}
