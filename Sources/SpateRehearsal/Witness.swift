// SPDX-License-Identifier: Apache-2.0

internal import Spate

/// Sees the events of one call and says what did not hold.
struct Witness {
  private let course: Course
  private(set) var record = Rehearsal.Record()
  private var text = ""
  private var retries = 0
  private var outOfRace = 0
  private var hasFinished = false
  /// The last word: of which request, and its place.
  private var last: (request: Int, place: Int)?
  /// The answer may go on with the words of another request.
  private var mayChange = true

  init(_ course: Course) { self.course = course }

  private mutating func expect(_ holds: Bool, _ problem: String) {
    if !holds, record.problem == nil { record.problem = problem }
  }

  mutating func see(_ event: StreamEvent) {
    record.log.append("\(course.transport.now): \(event)")
    expect(!hasFinished, "an event after the finish")
    switch event {
    case .text(let delta):
      for word in delta.text.split(separator: ">") { see(word: String(word.dropFirst())) }
      text += delta.text
    case .retry(let retry):
      retries += 1
      expect(retry.delay >= .zero && retry.delay <= .seconds(61), "a wait of \(retry.delay)")
      if course.recovery.onCut == .fail { expect(text.isEmpty, "a retry after words, without leave") }
    case .superseded: outOfRace += 1
    case .restarted(let restart):
      record.restarts += 1
      expect(restart.discardedText == text.utf8.count, "a restart discards \(restart.discardedText) of \(text)")
      expect(text.isEmpty || course.recovery.onCut == .restart, "a restart after words, without leave")
      text = ""
      last = nil
      mayChange = true
    case .resumed(let seam):
      record.seams += 1
      expect(course.recovery.onCut == .continue && seam.position == text.utf8.count, "a seam at \(seam.position)")
      mayChange = true
    case .finish: hasFinished = true
    default: break
    }
  }

  /// `request.place`: in order, none left out, and of the request whose turn it is.
  private mutating func see(word: String) {
    let parts = word.split(separator: ".").compactMap { Int($0) }
    guard parts.count == 2 else { return expect(false, "a broken word \(word)") }
    if let last, !mayChange {
      expect(parts[0] == last.request && parts[1] == last.place + 1, "\(word) after \(last)")
    } else {
      expect(parts[1] == 0, "an answer that begins with \(word)")
    }
    // A breaker may keep an attempt from becoming a request.
    let mayLag = course.recovery.breaker != nil
    if course.racers == 1 {
      expect(mayLag ? parts[0] <= retries : parts[0] == retries, "\(word) after \(retries) retries")
    }
    last = (parts[0], parts[1])
    mayChange = false
  }

  mutating func end(_ snapshot: PartialResponse, _ error: SpateError?) {
    record.error = error
    record.requestCount = course.transport.requests.count
    record.time = course.transport.now
    record.log.append("\(course.transport.now): \(error.map { "\($0)" } ?? "the end")")
    expect(hasFinished == (error == nil), "a finish \(hasFinished) and the error \(error.map { "\($0)" } ?? "none")")
    expect(snapshot.text == text, "the snapshot says \(snapshot.text), the events \(text)")
    if error == nil { expect(last?.place == Course.wordCount - 1, "an answer that ends with \(text)") }
    let attempts = retries + outOfRace + 1
    expect(snapshot.failedAttempts.count == attempts - 1, "\(snapshot.failedAttempts.count) attempts are on the result")
    expect(
      record.requestCount == attempts || course.recovery.breaker != nil && record.requestCount <= attempts
        || course.racers > 1 && record.requestCount <= course.racers + attempts,
      "\(record.requestCount) requests for \(attempts) attempts")
    expect(record.requestCount <= course.limit * course.targetCount, "\(record.requestCount) requests are too many")
    // Not the time now: where the reader comes late, the clock has gone on to what nobody waits for any more.
    // Nor in a race, whose requests are made while the clock goes.
    if course.racers == 1, let total = course.timeouts.total {
      expect(course.lastRequestTime < total, "a request at \(course.lastRequestTime) of \(total)")
    }
  }

  /// Nothing is left behind.
  mutating func settle() {
    expect(course.transport.runningCount == 0, "\(course.transport.runningCount) exchanges still run")
    expect(course.transport.timerCount == 0, "\(course.transport.timerCount) timers are still set")
    expect(course.transport.requests.count == record.requestCount, "a request after the end")
  }
}
