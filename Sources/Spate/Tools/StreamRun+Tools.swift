// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// The tool loop of a run: its rounds are answers of the same run, one after the other, and its tools run in tasks of
/// their own between them.
extension StreamRun {
  /// The answer of a round has ended, with its attempt. Gives those who waited for the end, if it is one; the reader is
  /// woken at the end of the turn.
  ///
  /// Under the lock of the state; what is to be done follows after it, by ``followRound()``.
  func conclude(round events: inout [StreamEvent], by target: Int, in state: inout RunState) -> [Waiter] {
    guard let number = state.loop?.request.number, let place = events.lastIndex(where: { $0.finish != nil }),
      let finish = events[place].finish
    else {
      _ = state.deliver(&events, byteCount: 0)
      return state.end(nil, keepsReader: true) ?? []
    }
    events[place] = .roundFinish(RoundFinish(number: number, finish: finish))
    _ = state.deliver(&events, byteCount: 0)
    let answer = state.answer.partial
    let step = state.loop?.end(answer, finish, by: target, into: &events) ?? .finish
    switch step {
    case .finish:
      events.append(.finish(finish))
      // The last events and the end in one step: between the two, nobody may end the run in another way.
      _ = state.deliver(&events, byteCount: 0)
      return state.end(nil, keepsReader: true) ?? []
    case .run:
      _ = state.deliver(&events, byteCount: 0)
      state.course.endRound()
      return []
    }
  }

  /// What follows an answer: its tools, if it called any.
  func followRound() {
    guard !isEnded else { return dropTools() }
    watchTotal()
    goOn()
  }

  /// Does what the loop is to do now. Called after each thing that it was told, outside of the lock.
  func goOn() {
    let now = transport.now
    let (actions, rest, failure) = state.withLock { state in
      state.advanceLoop(at: now)
    }
    for leftover in rest { leftover.cancel() }
    if let failure {
      abort(failure)
      return wake()
    }
    for action in actions {
      switch action {
      case .ask(let number, let call): ask(number, call)
      case .start(let number, let call, let tool): start(number, call, tool)
      case .proceed: proceed()
      }
    }
  }

  /// Tells the loop something, wakes the reader for what comes of it, and goes on.
  private func tell(_ change: (inout LoopState, inout [StreamEvent]) -> Void) {
    state.withLock { $0.tellLoop(change) }
    goOn()
    wake()
  }

  // MARK: Tools

  private func ask(_ number: Int, _ call: ToolCall) {
    guard let approve = plan.loop?.approve else { return }
    // On a task of its own: no code of the caller's runs on the transport's thread.
    let task = Task.detached {
      let approval = await approve(call)
      self.tell { loop, events in loop.decide(number, approval, into: &events) }
    }
    keep(.task(task), for: number)
  }

  private func start(_ number: Int, _ call: ToolCall, _ tool: ExecutableTool) {
    // Before the tool: it may be quicker than this.
    if let limit = tool.timeout ?? plan.loop?.timeout, limit < Timeouts.never {
      let timer = transport.schedule(after: limit) { [weak self] in
        self?.ended(number, .error("the tool did not answer within \(limit)"), .timedOut)
      }
      keep(.transfer(timer), for: number)
    }
    let task = Task.detached {
      let (output, outcome) = await tool.answer(call)
      self.ended(number, output, outcome)
    }
    keep(.task(task), for: number)
  }

  private func ended(_ number: Int, _ output: ToolOutput, _ outcome: ToolExecution.Outcome) {
    let now = transport.now
    tell { loop, events in loop.end(number, output, outcome, at: now, into: &events) }
  }

  private func keep(_ leftover: LoopState.Leftover, for number: Int) {
    state.withLock { state -> LoopState.Leftover? in
      state.isEnded ? leftover : state.loop?.keep(leftover, for: number)
    }?.cancel()
  }

  // MARK: The next round

  /// All tools have answered: on a task of its own, for what the caller may do there.
  private func proceed() {
    let task = Task.detached { await self.beginRound() }
    let isWanted = state.withLock { state in
      guard !state.isEnded else { return false }
      state.loop?.keep(between: .task(task))
      return true
    }
    if !isWanted { task.cancel() }
  }

  private func beginRound() async {
    let (known, answer, own) = state.withLock { ($0.loop, $0.answer.partial, $0.answer.ownPartial) }
    guard let known, let finish = known.finish else { return }
    var isLast = known.leavesCalls
    if !isLast, let stopWhen = known.loop.stopWhen { isLast = await stopWhen(answer) }
    if isLast { return finishLoop(finish) }
    var request = known.following(own, after: answer.rounds)
    do {
      try await known.loop.prepareRound?(&request)
      if let problem = request.problem { throw problem }
    } catch {
      return fail(error)
    }
    let next = request
    await fetchMedia(of: next)
    let hasBegun = state.withLock { state in
      guard !state.isEnded else { return false }
      state.beginRound(next)
      return true
    }
    guard hasBegun else { return }
    state.withLock { state in
      state.recovery.state.beginRound(at: known.target)
      state.recovery.resumable = nil
    }
    for leftover in state.withLock({ $0.loop?.takeLeftovers() ?? [] }) { leftover.cancel() }
    wake()
    begin(known.target, nil)
  }

  /// Fetches the media of what the tools answered, for who takes only their bytes. What can not be had is said when that one
  /// is asked.
  private func fetchMedia(of request: RoundRequest) async {
    guard let fetch = plan.fetch(for: request) else { return }
    await withCheckedContinuation { continuation in
      let transfer = fetch(transport) { continuation.resume() }
      // The end of the run ends it, which is a way of being done.
      let isWanted = state.withLock { state in
        guard !state.isEnded else { return false }
        state.loop?.keep(between: .transfer(transfer))
        return true
      }
      if !isWanted { transfer.cancel() }
    }
  }

  private func fail(_ error: any Error) {
    // A cancelled task is one of a run that has ended.
    let failure =
      error as? SpateError
      ?? SpateError(.tool, "the next round could not be prepared: \(DisplayText.bounded("\(error)"))")
    abort(failure)
    wake()
  }

  /// The answer whose tools have run is the last one.
  private func finishLoop(_ finish: Finish) {
    let waiters = state.withLock { state -> [Waiter] in
      guard !state.isEnded else { return [] }
      var last = [StreamEvent.finish(finish)]
      _ = state.deliver(&last, byteCount: 0)
      return state.end(nil) ?? []
    }
    for waiter in waiters { waiter.resume() }
    dropTools()
  }

  /// Nobody waits for the tools any more.
  func dropTools() {
    for leftover in state.withLock({ $0.loop?.takeAll() ?? [] }) { leftover.cancel() }
  }

  /// The total clock runs also while no request does.
  private func watchTotal() {
    guard let total = plan.timeouts.total, total < Timeouts.never else { return }
    let rest = state.withLock { $0.opened.map { $0 + total - transport.now } } ?? total
    let timer = transport.schedule(after: max(rest, .zero)) { [weak self] in
      self?.abort(SpateError(timeout: .total, after: total))
      self?.wake()
    }
    let isWanted = state.withLock { state in
      guard !state.isEnded, state.loop?.finish != nil else { return false }
      state.loop?.keep(between: .transfer(timer))
      return true
    }
    if !isWanted { timer.cancel() }
  }
}

extension RunState {
  /// Gives the loop's events out and says what it does; last why the call ends, if the caller wanted that.
  mutating func advanceLoop(
    at now: Duration
  ) -> (actions: [LoopState.Action], rest: [LoopState.Leftover], failure: SpateError?) {
    guard !isEnded, loop != nil else { return ([], [], nil) }
    var events: [StreamEvent] = []
    let actions = loop?.advance(at: now, into: &events) ?? []
    _ = deliver(&events, byteCount: 0)
    return (actions, loop?.takeLeftovers() ?? [], loop?.failure)
  }

  /// Tells the loop something and gives out what comes of it.
  mutating func tellLoop(_ change: (inout LoopState, inout [StreamEvent]) -> Void) {
    guard !isEnded, var loop else { return }
    self.loop = nil
    var events: [StreamEvent] = []
    change(&loop, &events)
    self.loop = loop
    _ = deliver(&events, byteCount: 0)
  }
}

extension StreamEvent {
  fileprivate var finish: Finish? { if case .finish(let finish) = self { finish } else { nil } }
}
