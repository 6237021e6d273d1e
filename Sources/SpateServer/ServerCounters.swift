// SPDX-License-Identifier: Apache-2.0

/// What a server has seen so far.
package struct ServerCounters: Sendable, Hashable {
  /// Connections accepted since the start.
  package var accepted = 0
  /// Connections open now, those being closed included.
  package var open = 0
  /// Requests handed to the handler.
  package var requests = 0
  /// Requests refused by the parser or for being too slow.
  package var refused = 0
}
