// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Several transports that take calls in turn: each with a thread of its own, for programs that one thread is not enough
/// for.
///
/// ```swift
/// let pool = TransportPool((0..<4).map { _ in CurlTransport(certificateAuthorities: "/etc/ssl/cert.pem") })
/// let client = Client(provider: .openAI, transport: pool)
/// ```
///
/// A call stays with one of them from its start to its end, retries included. Each keeps connections of its own, so idle
/// ones are not shared between them.
public final class TransportPool: Transport {
  /// Who the calls go to. Never empty.
  public let transports: [any Transport]
  private let turn = Atomic(0)

  /// A pool of these, of which there must be one at least.
  public init(_ transports: [any Transport]) {
    precondition(!transports.isEmpty, "a pool of no transports carries nothing")
    self.transports = transports
  }

  /// The next one in turn.
  public var lane: any Transport {
    let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return transports[Int(bitPattern: UInt(bitPattern: number) % UInt(transports.count))].lane
  }

  /// Sends `request` over the next one.
  public func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer { lane.start(request, sink: sink) }

  /// The first one's.
  public var now: Duration { transports[0].now }

  /// Runs `body` on the thread of the first one.
  public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    transports[0].schedule(after: delay, body)
  }

  /// The first one's.
  public func wait(for delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    transports[0].wait(for: delay, body)
  }

  /// Whether all of them can.
  public var guardsAddresses: Bool { transports.allSatisfy { $0.guardsAddresses } }

  /// Whether the caller runs on the thread of one of them.
  public var isOnOwnThread: Bool { transports.contains { $0.isOnOwnThread } }
}
