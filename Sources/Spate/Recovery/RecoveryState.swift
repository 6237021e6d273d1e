// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What is done after each failed attempt of one call, as a plain value: it is told what failed and when, and says what
/// comes next. It knows neither clock nor socket.
struct RecoveryState: Sendable {
  /// What the caller was given by the time of a failure.
  enum Progress: Int, Sendable, Comparable {
    /// Nothing that could be missed.
    case nothing
    /// Thoughts, which an announced restart takes back (rule R2).
    case thoughts
    /// Words: past the commit point (trust.md 1.2).
    case words
    /// A tool call or what can not be joined to another response.
    case tools

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// An attempt that failed.
  struct Failure: Sendable {
    var error: SpateError
    /// Who was asked.
    var target = 0
    var progress = Progress.nothing
    /// The provider can be asked to go on with what it began.
    var canContinue = false
    /// The reader can not take back what it was given.
    var keepsWords = false
    /// A tool runs that the answer called: asked again, it might call it again.
    var hasStartedTools = false
  }

  /// What comes next.
  enum Step: Sendable, Equatable {
    /// The call fails with the error.
    case fail
    /// Nothing more is to be done here, but the caller asked for what can not be done: the call fails, and says so.
    case refuse(String)
    case again(Next)
  }

  /// The next attempt.
  struct Next: Sendable, Equatable {
    /// The place in the list of who may be asked.
    var target: Int
    var delay: Duration
    var way: Way
  }

  /// How an attempt begins.
  enum Way: Sendable, Equatable {
    /// Nothing of the one before is known to the caller.
    case anew
    /// What the caller was given does not count any more.
    case restart
    /// With the next word.
    case `continue`
  }

  private let policy: Recovery
  private let targetCount: Int
  /// When the call must be over.
  private let deadline: Duration?
  /// Requests so far.
  private(set) var attempts = 0
  /// The first of them, in a tool loop of its round.
  private(set) var first = 1
  /// The last of the targets that were asked.
  private var furthest: Int
  /// How often this one was asked again.
  private var retries = 0

  static let maxRetries = 2
  static let maxWait = Duration.seconds(60)

  /// The first `racers` of the targets are asked at once.
  init(_ policy: Recovery, targetCount: Int = 1, racers: Int = 1, deadline: Duration? = nil) {
    self.policy = policy
    self.targetCount = targetCount
    self.deadline = deadline
    furthest = racers - 1
  }

  /// A request is made; gives its number.
  mutating func begin() -> Int {
    attempts += 1
    return attempts
  }

  /// A round of a tool loop begins, with the target that gave the answer before it: none is asked again that has failed.
  mutating func beginRound(at target: Int) {
    first = attempts + 1
    retries = 0
    furthest = max(furthest, target)
  }

  /// What follows `failure` at `now`. `quota` is that of the origin that failed.
  mutating func step(
    after failure: Failure, at now: Duration, quota: inout RetryQuota, random: inout some RandomNumberGenerator
  ) -> Step {
    if failure.progress >= .words {
      return stepAfterCommit(failure, at: now, quota: &quota, random: &random)
    }
    let way = failure.progress == .nothing ? Way.anew : .restart
    return retry(failure, way, at: now, quota: &quota, random: &random) ?? fallBack(failure, way, at: now)
  }

  /// What follows when a request could not be made: another target may do.
  mutating func stepWithoutRequest(after failure: Failure, at now: Duration) -> Step {
    if failure.progress >= .words, policy.onCut != .restart || failure.hasStartedTools { return .fail }
    return fallBack(failure, failure.progress == .nothing ? .anew : .restart, at: now)
  }

  private mutating func stepAfterCommit(
    _ failure: Failure, at now: Duration, quota: inout RetryQuota, random: inout some RandomNumberGenerator
  ) -> Step {
    // What will fail again is no cut.
    guard failure.error.isRetryable else { return .fail }
    switch policy.onCut ?? .fail {
    case .fail: return .fail
    case .restart:
      guard !failure.keepsWords else { return .refuse("what was shown of the answer can not be taken back") }
      guard !failure.hasStartedTools else { return .refuse("a tool that the answer called has started") }
      return retry(failure, .restart, at: now, quota: &quota, random: &random) ?? fallBack(failure, .restart, at: now)
    case .continue:
      guard failure.progress < .tools else {
        return .refuse("an answer that has come to tool calls can not be continued")
      }
      guard failure.canContinue else {
        return .refuse("this model can not be asked to continue its answer")
      }
      return retry(failure, .continue, at: now, quota: &quota, random: &random) ?? .fail
    }
  }

  /// The same target once more; nil when that may not be, or would come too late.
  private mutating func retry(
    _ failure: Failure, _ way: Way, at now: Duration, quota: inout RetryQuota,
    random: inout some RandomNumberGenerator
  ) -> Step? {
    guard failure.error.isRetryable, retries < policy.maxRetries ?? Self.maxRetries else { return nil }
    let delay: Duration
    if let hint = failure.error.retryAfter, hint > .zero {
      guard hint <= policy.maxWait ?? Self.maxWait else { return nil }
      // Not all at the same moment; at most a second late.
      delay = hint + min(.seconds(1), hint / 4) * Double.random(in: 0..<1, using: &random)
    } else {
      delay = (policy.backoff ?? Backoff()).delay(retries, &random)
    }
    if let deadline, now + delay >= deadline { return nil }
    guard quota.take(afterTimeout: failure.error.code == .timeout) else { return nil }
    retries += 1
    return .again(Next(target: failure.target, delay: delay, way: way))
  }

  /// The next target; none for what another one would refuse as well, or what the caller wants to see.
  private mutating func fallBack(_ failure: Failure, _ way: Way, at now: Duration) -> Step {
    guard furthest + 1 < targetCount, failure.error.mayFallBack else { return .fail }
    if let deadline, now >= deadline { return .fail }
    furthest += 1
    retries = 0
    return .again(Next(target: furthest, delay: .zero, way: way))
  }
}

extension SpateError {
  /// Whether another model may well give the answer that this one did not.
  fileprivate var mayFallBack: Bool {
    switch code {
    // Nobody takes a request that is wrong in itself, and a filter's word is not to be got round silently.
    case .badRequest, .contentFilter, .alreadyRead, .tool, .sink, .cancelled: false
    default: phase != .total
    }
  }
}
