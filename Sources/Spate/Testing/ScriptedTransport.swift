// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
public import SpateTransport

/// A network for tests: no sockets, scripted answers, and a clock of its own.
///
/// ```swift
/// let transport = ScriptedTransport(.text("Hello", " world"), .status(429, body: "slow down"))
/// let client = Client(
///   provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]), transport: transport)
/// let response = try await client.stream("Hi", model: "m").response   // "Hello world"
/// transport.requests.count                                           // 1
/// ```
///
/// Time is virtual: pauses of a script, and waits before retries, take none of the test's. The clock moves on to the next step that a script waits
/// for, and timeouts on the way fire in their order. Where no script waits for a time (one that hangs, one whose reader
/// is slow), the clock stands still until ``advance(by:)``.
public final class ScriptedTransport: Transport {
  private struct Record: Sendable {
    var requests: [HTTPRequest] = []
    var waiters: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    var lastWaiter = 0
    var running = 0
  }

  private let time = VirtualTime()
  private let record = Lock(Record())
  private let answer: @Sendable (_ request: HTTPRequest, _ number: Int) -> ScriptedAnswer

  /// Answers each request with the next of `answers`, and all that follow with the last.
  public convenience init(_ answers: ScriptedAnswer...) {
    self.init { _, number in answers.isEmpty ? ScriptedAnswer([.hang]) : answers[min(number, answers.count - 1)] }
  }

  /// Answers each request as `answer` says, which gets its number too, from 0.
  public init(_ answer: @escaping @Sendable (_ request: HTTPRequest, _ number: Int) -> ScriptedAnswer) {
    self.answer = answer
  }

  /// There are no sockets, and so nobody it could connect to.
  public var guardsAddresses: Bool { true }

  /// What was asked so far, keys included.
  public var requests: [HTTPRequest] { record.withLock { $0.requests } }

  /// How many exchanges have not ended.
  public var runningCount: Int { record.withLock { $0.running } }

  /// How many timers are set: none when every stream has ended.
  public var timerCount: Int { time.timerCount }

  /// Waits until so many requests were made, or the waiting task is cancelled, as a test's time limit does.
  public func waitForRequests(_ count: Int) async {
    let number = record.withLock { record in
      record.lastWaiter += 1
      return record.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isThere = record.withLock { record in
          guard record.requests.count < count, !Task.isCancelled else { return true }
          record.waiters[number] = (count, continuation)
          return false
        }
        if isThere { continuation.resume() }
      }
    } onCancel: {
      record.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
    }
  }

  /// Lets time pass: what is due happens, in its order. Returns when there is nothing left to do; when the task is
  /// cancelled at once, while time passes all the same.
  public func advance(by duration: Duration) async { await time.advance(by: duration) }

  /// A reader blocks its thread, which may be one of the pool.
  func leavePool() { time.leavePool() }

  // MARK: Transport

  /// The virtual time since the transport was made.
  public var now: Duration { time.now }

  /// Plays the answer to `request`.
  public func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
    let (number, ready) = record.withLock { record in
      record.requests.append(request)
      record.running += 1
      let count = record.requests.count
      let ready = record.waiters.filter { $0.value.count <= count }
      for key in ready.keys { record.waiters[key] = nil }
      return (count - 1, ready.values.map(\.continuation))
    }
    let record = record
    let exchange = ScriptedExchange(steps: answer(request, number).steps, sink: sink, time: time) {
      record.withLock { $0.running -= 1 }
    }
    exchange.begin()
    for waiter in ready { waiter.resume() }
    return exchange
  }

  /// Runs `body` when the virtual clock has moved on by `delay`.
  public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    ScriptedTimer(time: time, number: time.add(after: delay, isTimer: true, body))
  }

  /// Runs `body` after `delay` of virtual time, which the clock moves on by as for a pause of a script.
  public func wait(for delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
    ScriptedTimer(time: time, number: time.add(after: delay, body))
  }
}

/// A timer on the virtual clock.
private struct ScriptedTimer: Transfer {
  let time: VirtualTime
  let number: Int

  func resume() {}

  func cancel() { time.remove(number) }
}
