// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Every fault of the table in every dialect that can have it: over real sockets, counted by the server.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FaultTableTests {
  /// A row in one dialect, and which of the requests meet the fault.
  struct Play: Sendable {
    var row: FaultRow
    var dialect: DialectID
    /// The second request is answered.
    var recovers: Bool
    var number: Int

    var model: String { "m-\(number)" }
    var name: String { "\(row.name), \(dialect)\(recovers ? ", then an answer" : "")" }

    var ending: FaultRow.Ending {
      let ending = row.ending(in: dialect)
      return recovers ? FaultRow.Ending(code: nil, words: nil, requests: ending.requests) : ending
    }

    var text: String { FaultRow.pieces.prefix(ending.words ?? .max).joined() }

    var answer: Answer {
      let script = Answer.script(row.script)
      let faulty = script.with(row.faults(dialect))
      return recovers ? .series([faulty, script]) : faulty
    }
  }

  static let plays: [Play] = {
    var plays: [Play] = []
    for row in FaultTable.all {
      for dialect in Dialects9.all where row.dialects.isEmpty || row.dialects.contains(dialect) {
        plays.append(Play(row: row, dialect: dialect, recovers: false, number: plays.count))
        guard row.ending(in: dialect).requests > 1 else { continue }
        plays.append(Play(row: row, dialect: dialect, recovers: true, number: plays.count))
      }
    }
    return plays
  }()

  /// What a reader was given.
  struct Reading: Sendable {
    var text = ""
    var delays: [Duration] = []
    var finishes = 0
    var error: SpateError?
  }

  static func read(_ stream: ResponseStream) async -> Reading {
    var reading = Reading()
    do {
      for try await event in stream {
        switch event {
        case .text(let delta): reading.text += delta.text
        case .retry(let retry): reading.delays.append(retry.delay)
        case .restarted: reading.text = ""
        case .finish: reading.finishes += 1
        default: break
        }
      }
    } catch { reading.error = error as? SpateError }
    return reading
  }

  @Test func P10_P11_eachFaultHasItsEndingInEachDialect() async throws {
    #expect(FaultTable.all.count >= 60)
    let answers = Dictionary(uniqueKeysWithValues: Self.plays.map { ($0.model, $0.answer) })
    let simulator = try Simulator(answers: answers)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    await withTaskGroup(of: Void.self) { group in
      for (index, play) in Self.plays.enumerated() {
        if index >= 16 { await group.next() }
        group.addTask { await Self.check(play, simulator, transport) }
      }
    }
    // What the server counted.
    let requests = Dictionary(grouping: simulator.requests) { $0.model ?? "" }
    for play in Self.plays {
      let own = requests[play.model] ?? []
      #expect(own.count == play.ending.requests, "\(play.name)")
      guard own.count == 2 else { continue }
      let delay = own[1].arrival - own[0].arrival
      #expect(delay >= play.row.delay.lowerBound - .milliseconds(2), "\(play.name): \(delay)")
    }
    try await eventually { transport.handlesInUse == 0 }
  }

  static func check(_ play: Play, _ simulator: Simulator, _ transport: CurlTransport) async {
    let client = Client(
      provider: Dialects9.provider(play.dialect, at: simulator), timeouts: play.row.timeouts,
      recovery: Recovery(maxRetries: 1, backoff: Backoff(base: .milliseconds(2), cap: .milliseconds(2))),
      environment: .fixed([:]), transport: transport)
    let stream = client.stream("Hi", model: play.model)
    let reading = await read(stream)
    let partial = stream.snapshot
    let (ending, name) = (play.ending, play.name)
    #expect(reading.text == play.text, "\(name)")
    #expect(partial.text == play.text, "\(name)")
    #expect(reading.error?.code == ending.code, "\(name): \(reading.error.map { "\($0)" } ?? "an answer")")
    #expect(reading.finishes == (ending.code == nil ? 1 : 0), "\(name)")
    #expect(partial.failedAttempts.count == ending.requests - 1, "\(name)")
    #expect(reading.delays.count == ending.requests - 1, "\(name)")
    if let delay = reading.delays.first { #expect(play.row.delay.contains(delay), "\(name): \(delay)") }
    if let error = reading.error {
      #expect(error.partial?.text == play.text, "\(name)")
      #expect(error.attempts == ending.requests, "\(name)")
      #expect(partial.outcome == error.outcome, "\(name)")
      if let hint = play.row.retryAfter { #expect(error.retryAfter == hint, "\(name)") }
    } else {
      #expect(partial.outcome == .complete, "\(name)")
      // A restart takes the thoughts back: they are there once.
      #expect(partial.reasoning == play.row.script.reasoning, "\(name)")
    }
  }
}
