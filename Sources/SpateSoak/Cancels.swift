// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateSimulator

/// Cancels after a random event of a stream that would go on: how long until the server sees the socket closed, and
/// whether anything comes afterwards (trust.md P16).
struct Cancels {
  let settings: Settings

  private static let count = 1000
  private static let script = Script(
    text: (0..<60).map { "\($0 == 0 ? "" : " ")word\($0)" }.joined(), reasoning: "one two three four five")

  init(_ settings: Settings) { self.settings = settings }

  func run() async -> Bool {
    let transport = CurlTransport()
    defer { transport.stop() }
    let simulator: Simulator
    do {
      simulator = try Simulator(fallback: .script(Self.script).with(.at(.text(60), .stall(afterByte: 0))))
    } catch { Output.fail("no simulator: \(error)", status: 1) }
    defer { simulator.stop() }
    let client = Client(environment: .fixed([:]), transport: transport)
    var random = Random(seed: settings.seed)
    var times: [Duration] = []
    var late = 0
    for number in 0..<Self.count {
      var plan = StreamPlan(number, seed: settings.seed)
      plan.dialect = StreamPlan.dialects[number % StreamPlan.dialects.count]
      let stream = client.model("m\(number)", provider: plan.provider(at: simulator)).stream("Hi")
      var events = stream.makeAsyncIterator()
      for _ in 0...Int.random(in: 0..<60, using: &random) {
        do { _ = try await events.next() } catch { Output.fail("cancel \(number): \(error)", status: 1) }
      }
      let start = ContinuousClock.now
      stream.cancel()
      while simulator.requests.last?.clientLeft != true { await Task.yield() }
      times.append(ContinuousClock.now - start)
      let kept = stream.snapshot
      if !(await endsOnce(&events)) || stream.snapshot != kept || kept.outcome != .cancelled { late += 1 }
    }
    times.sort()
    func milliseconds(_ share: Double) -> Double {
      let time = times[Int(Double(times.count - 1) * share)]
      return Double(time / .microseconds(1)).rounded() / 1000
    }
    Output.line(
      "cancel: \(Self.count) cancels at random events in \(StreamPlan.dialects.count) dialects, seed \(settings.seed): "
        + "socket closed after \(milliseconds(0.5)) ms (median), \(milliseconds(0.99)) ms (p99), "
        + "\(milliseconds(1)) ms (most); \(late) with another end or with anything afterwards")
    return late == 0 && times.allSatisfy { $0 < .milliseconds(100) }
  }

  /// What had come is read, then the cancel is thrown, once.
  private func endsOnce(_ events: inout ResponseStream.Iterator) async -> Bool {
    do {
      while let event = try await events.next() { if case .finish = event { return false } }
      return false
    } catch {
      guard (error as? SpateError)?.code == .cancelled else { return false }
    }
    do { return try await events.next() == nil } catch { return false }
  }
}
