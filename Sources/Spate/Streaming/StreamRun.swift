// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport
internal import Synchronization

/// One run: the answer to one call, and the hand-over to its reader. Its requests are ``Attempt``s, mostly one.
///
/// Events go over once a read, not one by one, and the reader is resumed at most once a turn of the transport's loop; but the
/// first words come before the rest of their read (docs/decisions/0024).
final class StreamRun: Sendable {
  // What every read touches comes first (docs/decisions/0023).
  let state = Lock(RunState())
  /// The first request was asked for: only spares the lock, under which ``RunState/open(at:)`` decides.
  let isOpened = Atomic(false)
  /// Carries all its requests and timers, on one thread.
  let transport: any Transport
  let plan: CallPlan
  private let protocolEvents = Atomic(0)

  init(_ plan: consuming CallPlan) {
    transport = plan.client.transport.lane
    self.plan = consume plan
    if let loop = self.plan.loop, let request = self.plan.firstRound {
      state.withLock { $0.loop = LoopState(loop, request) }
    }
  }

  // MARK: What is known

  var isEnded: Bool { state.withLock { $0.isEnded } }
  /// Whether a reader waits for the next events.
  var isAwaited: Bool { state.withLock { $0.isAwaited } }
  var failure: SpateError? { state.withLock { $0.failure } }
  var head: ResponseHead? { state.withLock { $0.head } }
  var snapshot: PartialResponse { state.withLock { $0.answer.partial } }
  /// How many events of the provider's protocol came. Exact once the run has ended.
  var protocolEventCount: Int { protocolEvents.load(ordering: .relaxed) }

  /// A part of what has come so far, without a copy of the rest.
  func read<Value>(_ part: (PartialResponse) -> Value) -> Value { state.withLock { part($0.answer.partial) } }

  /// A piece of the first answer's words, of all rounds together, by places in their UTF-8, which are borders of scalars.
  func text(from start: Int, to end: Int) -> String {
    state.withLock { $0.text(from: start, to: end) }
  }

  // MARK: Ending

  /// Ends the run and closes its sockets. Does nothing once it has ended.
  func cancel() {
    guard !isEnded else { return }
    abort(SpateError(.cancelled, "the stream was cancelled by its reader"))
  }

  /// Ends the run with `error`. One that has ended may still read its body's end, for the connection's next request:
  /// then that is all that ends.
  func abort(_ error: SpateError, closes: Bool = true) {
    let error = counted(state.withLock { $0.course.current }?.call.named(error) ?? error)
    let (waiters, rest, tools) = state.withLock { state -> ([Waiter], RunCourse.Rest, [LoopState.Leftover]) in
      guard let waiters = state.end(error) else { return ([], RunCourse.Rest(), []) }
      if closes { state.cancel() }
      return (waiters, state.course.takeAll(), state.loop?.takeAll() ?? [])
    }
    rest.wait?.cancel()
    for tool in tools { tool.cancel() }
    let partial = rest.attempts.isEmpty ? PartialResponse() : state.withLock { $0.answer.ownPartial }
    for attempt in rest.attempts {
      attempt.settle(partial, error)
      plan.client.ledger.giveUp(attempt.call, at: transport.now)
      attempt.letGo()
    }
    for waiter in waiters { waiter.resume() }
  }

  // MARK: What its attempts bring, on the transport's thread

  /// Decoded events, of one read; `hasRest`: some of it was put off. Gives the reader, if it waits for them: to be resumed at
  /// the end of the turn.
  func deliver(
    _ events: inout [StreamEvent], byteCount: Int, hasRest: Bool = false, by attempt: Attempt
  ) -> (Demand, Waiter?) {
    let (demand, reader, losers) = state.withLock { state -> (Demand, Waiter?, [Attempt]) in
      guard case .counts(let losers) = state.course.judge(attempt, &events) else { return (.more, nil, []) }
      if plan.racerCount > 1 { state.follow(attempt) }
      state.hasRest = hasRest
      let demand = state.deliver(&events, byteCount: byteCount)
      return (demand, state.wake(), losers)
    }
    drop(losers)
    if plan.loop?.startsEarly == true { goOn() }
    return (demand, reader)
  }

  /// The response of an attempt begins.
  func received(_ head: ResponseHead, by attempt: Attempt) -> [Waiter] {
    state.withLock { $0.received(head, by: attempt) }
  }

  /// Resumes the reader, if there is something for it.
  func wake(atTurnEnd: Bool = false) { state.withLock { $0.wake() }?.resume(atTurnEnd: atTurnEnd) }

  /// An attempt read so many events of the provider's protocol.
  func count(protocolEvents count: Int) { protocolEvents.add(count, ordering: .relaxed) }

  /// The transport has said its last word about an attempt.
  func closed(_ attempt: Attempt) -> [Waiter] { state.withLock { $0.close(attempt) } }
}
