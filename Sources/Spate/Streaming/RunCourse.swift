// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

/// The attempts of one run: which of them counts, which take part in a race, and how far the answer has come.
struct RunCourse {
  /// An attempt in a race, and what it has brought.
  private struct Racer {
    let attempt: Attempt
    var events: [StreamEvent] = []

    /// It is out of the race.
    func end(_ error: SpateError) -> FailedAttempt {
      var own = Accumulator(pricing: attempt.call.reading.account?.meter.cost)
      for event in events { own.add(event) }
      let partial = own.attempt(failedWith: error)
      attempt.settle(partial, error)
      return FailedAttempt(number: attempt.number, error: error, usage: partial.usage, cost: partial.cost)
    }
  }

  /// What is to be cancelled.
  struct Rest {
    var attempts: [Attempt] = []
    var wait: (any Transfer)?
  }

  /// What becomes of the events of an attempt.
  enum Verdict {
    /// They count. The attempts in `losers` are not wanted any more.
    case counts(losers: [Attempt])
    /// They are kept, until it is known who wins.
    case held
    /// The attempt is not wanted any more.
    case ignored
  }

  /// What the failure of an attempt means for the run.
  enum Failed {
    /// Nothing: it was not wanted any more, or others are still in the race.
    case ignored
    /// The run has no attempt any more.
    case last(RecoveryState.Progress)
  }

  /// Whose events count.
  private(set) var current: Attempt?
  /// How far what was given out has come.
  private(set) var progress = RecoveryState.Progress.nothing
  private var racers: [Racer] = []
  /// So many requests of the race are still to be made.
  private var unmade = 0
  /// The race has a winner, which may have failed since.
  private var isDecided = false
  /// Those whose socket may be open.
  private(set) var openCount = 0
  /// The timer of a wait between two attempts.
  private var wait: (any Transfer)?

  // MARK: Beginning and end

  /// So many will run against each other.
  mutating func race(_ count: Int) { unmade = count }

  /// An attempt that counts alone, or takes part in the race; false when that is decided.
  mutating func begin(_ attempt: Attempt, races: Bool) -> Bool {
    if races {
      unmade -= 1
      guard !isDecided else { return false }
      racers.append(Racer(attempt: attempt))
    } else {
      wait = nil
      current = attempt
    }
    openCount += 1
    return true
  }

  mutating func close(_ attempt: Attempt) {
    openCount -= 1
    if current === attempt { current = nil }
  }

  /// The answer has ended, and another request may follow it in a tool loop. Its attempt may still read the end of its
  /// body.
  mutating func endRound() {
    current = nil
    racers = []
    unmade = 0
    // A racer whose request is still to be made takes no part in later rounds either.
    isDecided = true
    progress = .nothing
  }

  /// All attempts, which nobody wants any more, and the wait for the next one.
  mutating func takeAll() -> Rest {
    defer {
      racers = []
      unmade = 0
      current = nil
      wait = nil
    }
    return Rest(attempts: [current].compactMap(\.self) + racers.map(\.attempt), wait: wait)
  }

  /// Keeps the timer for the next attempt.
  mutating func keep(wait: any Transfer) { self.wait = wait }

  // MARK: Who counts

  /// Events of `attempt`; a race is decided by the first that a reader can see, or the end of an answer.
  mutating func judge(_ attempt: Attempt, _ events: inout [StreamEvent], isOver: Bool = false) -> Verdict {
    if current === attempt { return .counts(losers: []) }
    guard let place = racers.firstIndex(where: { $0.attempt === attempt }) else { return .ignored }
    racers[place].events += events
    guard isOver || racers[place].events.contains(where: \.isShown) else {
      events.removeAll(keepingCapacity: true)
      return .held
    }
    let own = racers.remove(at: place).events
    let losers = racers
    racers = []
    isDecided = true
    current = attempt
    let error = SpateError(.cancelled, "another model was the first to answer")
    events = losers.map { .superseded($0.end($0.attempt.call.named(error))) } + own
    return .counts(losers: losers.map(\.attempt))
  }

  /// `attempt` failed, after all that it brought was judged; nil for one whose request could not be made. While others
  /// are in the race, `events` gets the record of it.
  mutating func fail(
    _ attempt: Attempt?, races: Bool, number: Int, _ error: SpateError, into events: inout [StreamEvent]
  ) -> Failed {
    if let attempt, current === attempt {
      current = nil
      return .last(progress)
    }
    var record = FailedAttempt(number: number, error: error)
    if let attempt {
      guard let place = racers.firstIndex(where: { $0.attempt === attempt }) else { return .ignored }
      record = racers.remove(at: place).end(error)
    } else if races {
      unmade -= 1
      guard !isDecided else { return .ignored }
    } else {
      return .last(progress)
    }
    guard racers.isEmpty, unmade == 0 else {
      events.append(.superseded(record))
      return .ignored
    }
    return current == nil ? .last(progress) : .ignored
  }

  // MARK: How far it has come

  /// Events that are given out.
  mutating func note(_ events: [StreamEvent]) {
    for event in events where progress < .tools { progress = max(progress, event.progress) }
  }

  /// The same of words of the first answer.
  mutating func noteWords() { progress = max(progress, .words) }

  /// What was given out does not count any more.
  mutating func restart() { progress = .nothing }
}

extension StreamEvent {
  /// Whether it is a piece of the answer, which nobody can take back.
  var isShown: Bool { progress > .nothing }

  /// How far an answer has come with this event.
  fileprivate var progress: RecoveryState.Progress {
    switch self {
    case .text(let delta): delta.choice == 0 ? .words : .tools
    case .reasoning, .reasoningDetail: .thoughts
    // Nobody can take back what was shown of these, nor join it.
    case .refusal, .toolInputStart, .toolInputDelta, .toolCall, .providerToolStart, .providerTool, .part, .audio: .tools
    case .start, .textDetail, .source, .logprobs, .usage, .metadata, .warning, .retry, .superseded, .restarted,
      .resumed, .roundStart, .roundFinish, .toolStart, .toolResult, .raw, .native, .finish:
      .nothing
    }
  }
}
