// SPDX-License-Identifier: Apache-2.0

internal import Spate

/// What the rehearsals of many seeds came to.
struct Summary: CustomStringConvertible {
  private(set) var broken: [String] = []
  private var calls = 0
  private var requests = 0
  private var answers = 0
  private var restarts = 0
  private var seams = 0
  private var time = Duration.zero

  /// Plays one, and counts it.
  mutating func add(_ rehearsal: Rehearsal, _ isShown: Bool) async {
    let record = await rehearsal.play()
    calls += 1
    requests += record.requestCount
    restarts += record.restarts
    seams += record.seams
    time += record.time
    if record.error == nil { answers += 1 }
    if isShown { for line in record.log { print(line) } }
    if let problem = record.problem { broken.append("seed \(rehearsal.seed): \(problem)") }
  }

  mutating func merge(_ other: Summary) {
    broken += other.broken
    calls += other.calls
    requests += other.requests
    answers += other.answers
    restarts += other.restarts
    seams += other.seams
    time += other.time
  }

  var description: String {
    let hours = (time / .seconds(360)).rounded() / 10
    return broken.prefix(20).map { "rehearsal: \($0)\n" }.joined()
      + "rehearsals: \(calls) calls, \(requests) requests, \(answers) answers, \(restarts) restarts, \(seams) seams, "
      + "\(hours) virtual hours, \(broken.count) broken"
  }
}
