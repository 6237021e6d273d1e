// SPDX-License-Identifier: Apache-2.0

/// The addresses a server listens on: this machine only (trust.md G1).
package enum LoopbackAddress: Sendable, CaseIterable {
  /// 127.0.0.1
  case v4
  /// ::1
  case v6
}

/// Where a server listens and what it bears.
package struct ServerConfiguration: Sendable {
  /// 0 for any free port.
  package var port: UInt16 = 0
  /// All get the same port.
  package var addresses: [LoopbackAddress] = [.v4]
  /// Of each request.
  package var limits = RequestLimits()

  /// From the first byte of a request to the end of its head.
  package var headerDeadline: Duration = .seconds(10)
  /// From the end of a head to the end of the body.
  package var bodyDeadline: Duration = .seconds(60)
  /// Without a request, at the start and between two.
  package var idleDeadline: Duration = .seconds(30)
  /// Without the client taking a byte of what is queued for it.
  package var stallDeadline: Duration = .seconds(60)
  /// After our last byte, for the client to close first.
  package var lingerDeadline: Duration = .seconds(2)

  /// The most connections at a time; further clients wait until one ends.
  package var connections = 4096
  /// From how many queued bytes on a peer is not keeping up.
  package var highWater = 64 << 10
  /// A write while more than this is queued closes the connection.
  package var queueLimit = 1 << 20
  /// The most bytes kept of what a client sends while its reply runs; then they stay in the socket.
  package var heldBytes = 64 << 10
  /// The socket's send buffer, nil for the system's choice. Small ones make slow readers visible early.
  package var sendBufferBytes: Int?

  /// The values of trust.md G8.
  package init() {}
}
