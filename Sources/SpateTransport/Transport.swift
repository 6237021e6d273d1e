// SPDX-License-Identifier: Apache-2.0

/// Carries one HTTP exchange at a time and pushes what it receives, with credit.
///
/// The one seam between Spate and the network. An implementation calls the sink on a thread of its own, never two
/// calls at a time, and copies nothing that the sink does not ask for. One call of `start` is one request on the wire:
/// a transport never retries and follows no redirect.
public protocol Transport: Sendable {
  /// Sends `request`; returns at once. Everything that happens, failures too, comes through `sink`.
  func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer

  /// The time, from some start and only ever forward: what ``schedule(after:_:)`` counts in.
  var now: Duration { get }

  /// Runs `body` once on the transport's thread, `delay` from now, unless cancelled.
  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer

  /// The same, for a wait that is part of a call, such as the one before a retry: a transport with a clock of its own may
  /// skip it as it skips the waits of its answers. Everywhere else it is ``schedule(after:_:)``.
  func wait(for delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer

  /// Runs `body` once on the thread of the sinks, outside of every call of one: soon, and behind the consumers that were
  /// resumed in this turn, as far as they run there too. It may resume consumers. False where the transport can not: then
  /// `body` does not run.
  func afterTurn(_ body: @escaping @Sendable () -> Void) -> Bool

  /// Who carries one call, its timers included, from its start to its end: this one, or one of several behind it
  /// (``TransportPool``).
  var lane: any Transport { get }

  /// Whether it can hold a request to certain machines, by the address of each socket that it opens. False where it can
  /// not tell.
  var guardsAddresses: Bool { get }

  /// Whether the caller runs on the thread that the sinks are called on: who blocks there blocks every stream, and what
  /// ``afterTurn(_:)`` put off may be done there at once. False where a transport can not tell.
  var isOnOwnThread: Bool { get }
}

extension Transport {
  /// A timer like all others.
  public func wait(for delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    schedule(after: delay, body)
  }

  /// A transport that can not.
  public func afterTurn(_ body: @escaping @Sendable () -> Void) -> Bool { false }

  /// This one.
  public var lane: any Transport { self }

  /// A transport that can not tell.
  public var guardsAddresses: Bool { false }

  /// A transport that can not tell.
  public var isOnOwnThread: Bool { false }
}

/// A running exchange, or a timer. Both calls may come any number of times, from any thread, in any state.
public protocol Transfer: Sendable {
  /// Goes on after the sink answered ``Demand/pause``.
  func resume()

  /// Ends it: the socket is closed within 100 ms and the sink hears ``TransportError/Code/cancelled`` as its end.
  func cancel()
}

/// What a transport tells the owner of an exchange, in this order: `sending`, `head`, any number of `body`, `end`.
public protocol ByteSink: AnyObject, Sendable {
  /// There is a connection, and the request goes out now. A transport that can not tell leaves it out.
  func sending()

  /// The final head (never a 1xx one).
  func head(_ head: HTTPHead)

  /// A piece of the body, without transfer coding and without compression. Valid only during the call.
  func body(_ bytes: Span<UInt8>) -> Demand

  /// Once a turn of the transport's loop in which something was delivered: the place to resume a consumer, beside
  /// ``Transport/afterTurn(_:)``. In the turn in which the exchange is over, `end` stands for it.
  func turnEnded()

  /// Exactly once, also after a cancel; nothing comes after it. A consumer may be resumed here too.
  func end(_ result: Result<Void, TransportError>)
}

extension ByteSink {
  /// Only who keeps time needs to know.
  public func sending() {}
}

/// Whether a sink takes more now.
public enum Demand: Sendable {
  /// Go on.
  case more
  /// Stop reading the socket until ``Transfer/resume()``. The bytes of this call count as taken.
  case pause
}
