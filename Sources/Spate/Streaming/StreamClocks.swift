// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The clocks of one run, as a plain value: it is told what happens and when, and says when to look again.
///
/// One timer serves all of them. What happens only moves the time of the last activity; the timer that rings too early
/// is set again for the rest. So a piece of the body costs no timer.
///
/// The connect clock is the transport's own (`HTTPRequest.connectTimeout`).
struct StreamClocks {
  /// A timer to be set; its number comes back with its ring.
  struct Alarm: Equatable {
    let number: Int
    let at: Duration
  }

  /// What a ring means.
  enum Ring: Equatable {
    /// It is not the timer that counts any more, or nothing is waited for.
    case nothing
    case again(Alarm)
    /// This clock, which is set to so much.
    case timeout(SpateError.Phase, Duration)
  }

  private enum Stage {
    /// Not sent yet: only the total clock runs.
    case unsent
    /// For the first event of the body.
    case waiting(since: Duration)
    /// Between bytes of the body.
    case flowing(since: Duration)
    case over
  }

  // What every read touches comes first (docs/decisions/0023).
  private var stage = Stage.unsent
  /// What is due may have come nearer than the alarm: by what flows it only moves away.
  private var mayBeNearer = false
  private var alarm: Alarm?
  /// We stopped reading the socket then: the time until it goes on is the reader's.
  private var paused: Duration?
  private var opened: Duration?
  private var lastNumber = 0
  private let timeouts: Timeouts

  /// Clocks of a run with these timeouts, of which nil and ``Timeouts/never`` stand for no clock.
  init(_ timeouts: Timeouts) { self.timeouts = timeouts }

  /// The run begins.
  mutating func open(at now: Duration) {
    opened = now
    mayBeNearer = true
  }

  /// The request goes out.
  mutating func send(at now: Duration) {
    guard case .unsent = stage else { return }
    stage = .waiting(since: now)
    mayBeNearer = true
  }

  /// Bytes came. `hasBegun`: an event that is no heart-beat was among those so far.
  mutating func receive(at now: Duration, hasBegun: Bool) {
    switch stage {
    case .unsent, .waiting:
      guard hasBegun else { return send(at: now) }
      stage = .flowing(since: now)
      mayBeNearer = true
    case .flowing: stage = .flowing(since: now)
    case .over: break
    }
  }

  /// The socket is not read from now on.
  mutating func pause(at now: Duration) { if paused == nil { paused = now } }

  /// The socket is read again.
  mutating func resume(at now: Duration) {
    guard let begin = paused.take() else { return }
    mayBeNearer = true
    switch stage {
    case .waiting(let since): stage = .waiting(since: since + (now - begin))
    case .flowing: stage = .flowing(since: now)
    case .unsent, .over: break
    }
  }

  /// The run has ended: nothing is waited for.
  mutating func stop() {
    stage = .over
    alarm = nil
  }

  /// A timer to set now; nil when the one that is set rings soon enough.
  mutating func nextAlarm() -> Alarm? {
    guard mayBeNearer else { return nil }
    mayBeNearer = false
    guard let at = nextLook, alarm.map({ at < $0.at }) ?? true else { return nil }
    lastNumber += 1
    alarm = Alarm(number: lastNumber, at: at)
    return alarm
  }

  /// When the first clock is due. The first look of all is so early that no clock which starts later needs another timer: a
  /// timer costs a short call more than a look costs a long one.
  private var nextLook: Duration? {
    if case .over = stage { return nil }
    guard lastNumber == 0, let opened, let shortest else { return due?.at }
    return opened + shortest
  }

  /// The shortest of the clocks.
  private var shortest: Duration? {
    [timeouts.firstByte, timeouts.idle, timeouts.total].lazy.compactMap(\.self).filter { $0 < Timeouts.never }.min()
  }

  /// Whether the timer of `alarm` is the one that counts.
  func expects(_ alarm: Alarm) -> Bool { self.alarm == alarm }

  /// A timer rang.
  mutating func ring(_ rung: Alarm, at now: Duration) -> Ring {
    guard expects(rung) else { return .nothing }
    alarm = nil
    mayBeNearer = true
    guard let due else { return .nothing }
    guard due.at <= now else { return nextAlarm().map(Ring.again) ?? .nothing }
    stop()
    return .timeout(due.phase, due.limit)
  }

  /// Which clock fires first, and when, if nothing happens until then.
  private var due: (at: Duration, phase: SpateError.Phase, limit: Duration)? {
    var first: (at: Duration, phase: SpateError.Phase, limit: Duration)?
    func consider(_ phase: SpateError.Phase, _ limit: Duration?, since begin: Duration?) {
      guard let limit, limit < Timeouts.never, let begin else { return }
      if first.map({ begin + limit < $0.at }) ?? true { first = (begin + limit, phase, limit) }
    }
    switch stage {
    case .over: return nil
    case .unsent: break
    case .waiting(let since): if paused == nil { consider(.firstByte, timeouts.firstByte, since: since) }
    case .flowing(let since): if paused == nil { consider(.idle, timeouts.idle, since: since) }
    }
    consider(.total, timeouts.total, since: opened)
    return first
  }
}

extension SpateError {
  /// A clock, which was set to `limit`, fired.
  init(timeout phase: Phase, after limit: Duration) {
    let what =
      switch phase {
      case .connect: "no connection was made"
      case .firstByte: "the provider sent no part of the answer"
      case .idle: "the provider stopped sending in the middle of the answer; nothing came"
      case .total: "the answer was not complete"
      }
    let (seconds, rest) = limit.components
    let text = rest == 0 ? "\(seconds) s" : "\(seconds * 1000 + rest / 1_000_000_000_000_000) ms"
    self.init(.timeout, "\(what) within \(text): the \(phase.rawValue) timeout")
    self.phase = phase
  }
}
