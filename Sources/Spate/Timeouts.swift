// SPDX-License-Identifier: Apache-2.0

/// How long each part of a call may take. What is nil is left to the model, then to the client, then to the defaults.
///
/// ```swift
/// let client = Client(timeouts: Timeouts(firstByte: .seconds(300)))
/// let stream = client.stream("Think hard", model: "o3", timeouts: Timeouts(idle: Timeouts.never))
/// ```
///
/// A clock that fires ends the stream with the error `timeout`, whose ``SpateError/phase`` says which one it was; what
/// had come is kept. After a finish reason the idle clock ends the stream as a success, with a warning.
public struct Timeouts: Sendable, Hashable {
  /// For a connection: DNS, TCP and TLS together. 10 seconds; it can be made long, not switched off.
  public var connect: Duration?
  /// From the request going out to the first event of the answer. Neither its head nor heart-beats stop this clock, for
  /// both come from servers that are stuck. 120 seconds; none for an answer that comes whole, for it comes only when the
  /// model is done.
  public var firstByte: Duration?
  /// Between two pieces of the answer, from its first event on; heart-beats count as pieces. It stands still while the
  /// reader is the slow one. 60 seconds.
  public var idle: Duration?
  /// For everything from the first read on. None for a stream, 600 seconds for an answer that comes whole.
  public var total: Duration?

  /// Timeouts; what is not given is left to others.
  public init(
    connect: Duration? = nil, firstByte: Duration? = nil, idle: Duration? = nil, total: Duration? = nil
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
  }

  /// Switches a clock off.
  public static let never = Duration.seconds(1_000_000_000)

  /// These, and `defaults` where they say nothing.
  public func over(_ defaults: Timeouts) -> Timeouts {
    Timeouts(
      connect: connect ?? defaults.connect, firstByte: firstByte ?? defaults.firstByte, idle: idle ?? defaults.idle,
      total: total ?? defaults.total)
  }

  /// What holds where nobody said anything (trust.md 1.5).
  static func standard(isStream: Bool) -> Timeouts {
    isStream
      ? Timeouts(connect: .seconds(10), firstByte: .seconds(120), idle: .seconds(60))
      : Timeouts(connect: .seconds(10), idle: .seconds(60), total: .seconds(600))
  }
}
