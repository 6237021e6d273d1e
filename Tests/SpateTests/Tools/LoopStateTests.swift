// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

@testable import Spate

/// The tool loop as a value: told things in any order, it starts each call at most once and goes on once.
@Suite struct LoopStateTests {
  private static let tool = ExecutableTool("f", parameters: ["type": "object"]) { _ in .text("") }

  private func state(_ loop: ToolLoop = ToolLoop(), number: Int = 1) -> LoopState {
    LoopState(
      loop,
      RoundRequest(number: number, messages: ["Hi"], options: ChatOptions(), tools: [Self.tool], previous: []))
  }

  private func answer(_ count: Int, isComplete: Bool = true) -> PartialResponse {
    var accumulator = Accumulator()
    for number in 0..<count {
      accumulator.add(
        .toolCall(ToolCall(id: "c\(number)", name: "f", arguments: "{\"n\":\(number)}", isComplete: isComplete)))
    }
    return accumulator.partial
  }

  private let finish = Finish(reason: .toolCalls, native: nil)

  /// What is under way, in a play of one loop.
  private struct Play {
    var asked: [Int] = []
    var running: [Int] = []
    var started = 0
    var proceeded = 0
    var most = 0

    mutating func act(_ actions: [LoopState.Action]) {
      for action in actions {
        switch action {
        case .ask(let number, _): asked.append(number)
        case .start(let number, _, _):
          running.append(number)
          started += 1
        case .proceed: proceeded += 1
        }
      }
      most = max(most, running.count)
    }
  }

  @Test func everyOrderOfEventsRunsEachCallOnce() {
    let seed = UInt64.random(in: 0..<1_000_000)
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let count = Int.random(in: 1...6, using: &random)
      let cap = Int.random(in: 1...3, using: &random)
      let asks = Bool.random(using: &random)
      var loop = ToolLoop(maxParallel: cap)
      if asks { loop.approve = { _ in .approved } }
      var state = state(loop)
      var events: [StreamEvent] = []
      var play = Play()
      var denied = 0
      var old: [Int] = []
      let step = state.end(answer(count), finish, by: 0, into: &events)
      #expect(step == .run)
      play.act(state.advance(at: .zero, into: &events))
      while play.proceeded == 0 {
        #expect(play.asked.count <= 1 && !(play.asked.isEmpty && play.running.isEmpty), "seed \(seed)")
        if !play.asked.isEmpty, Bool.random(using: &random) || play.running.isEmpty {
          let isDenied = Bool.random(using: &random)
          if isDenied { denied += 1 }
          state.decide(play.asked.removeFirst(), isDenied ? .denied() : .approved, into: &events)
        } else if let place = play.running.indices.randomElement(using: &random) {
          let number = play.running.remove(at: place)
          old.append(number)
          state.end(number, .text("x"), .answered, at: .seconds(1), into: &events)
        }
        // Late words of what has ended: a tool that was given up, an approval that was given.
        if let number = old.randomElement(using: &random) {
          state.end(number, .text("late"), .timedOut, at: .seconds(9), into: &events)
          state.decide(number, .approved, into: &events)
        }
        play.act(state.advance(at: .zero, into: &events))
      }
      play.act(state.advance(at: .zero, into: &events))
      #expect(play.proceeded == 1 && play.started == count - denied && play.most <= cap, "seed \(seed)")
      let results = events.compactMap { if case .toolResult(let execution) = $0 { execution } else { nil } }
      #expect(Set(results.map(\.index)) == Set(0..<count) && results.count == count, "seed \(seed)")
      #expect(!results.contains { $0.outcome == .timedOut }, "seed \(seed)")
    }
  }

  @Test func whatFollowsAnAnswer() {
    func step(_ answer: PartialResponse, _ finish: Finish, round: Int = 1) -> LoopState.Step {
      var state = state(ToolLoop(maxRounds: 3), number: round)
      var events: [StreamEvent] = []
      return state.end(answer, finish, by: 0, into: &events)
    }
    #expect(step(answer(1), finish) == .run)
    #expect(step(answer(0), finish) == .finish)
    #expect(step(answer(1), finish, round: 3) == .finish)
    // Whatever word the provider has for it (rule N8).
    #expect(step(answer(1), Finish(reason: .stop, native: "STOP")) == .run)
    for reason in [FinishReason.length, .refusal, .contentFilter] {
      #expect(step(answer(1), Finish(reason: reason, native: nil)) == .finish)
    }
    #expect(step(answer(0), Finish(reason: .pause, native: nil)) == .run)
    #expect(step(answer(0), Finish(reason: .pause, native: nil), round: 3) == .finish)
  }

  @Test func T8_callsThatAreNotCompleteNeverStart() {
    var state = state()
    var events: [StreamEvent] = []
    _ = state.end(answer(2, isComplete: false), finish, by: 0, into: &events)
    let actions = state.advance(at: .zero, into: &events)
    #expect(actions.count == 1)
    guard case .proceed? = actions.first else {
      Issue.record("a tool was started")
      return
    }
    #expect(events.count { if case .toolResult = $0 { true } else { false } } == 2)
  }

  @Test func nothingStartsWhileItIsNotKnownHowTheCallGoesOn() {
    var state = state(ToolLoop(startsEarly: true))
    var events: [StreamEvent] = []
    state.watch([
      .toolInputStart(ToolInputStart(index: 0, id: "c0", name: "f")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: "{}")),
    ])
    state.hold()
    #expect(state.advance(at: .zero, into: &events).isEmpty && !state.hasStarted)
    state.release()
    #expect(state.advance(at: .zero, into: &events).isEmpty && !state.hasStarted)
  }

  @Test func aCallThatChangedAfterItStartedIsNotAnswered() {
    var state = state(ToolLoop(startsEarly: true))
    var events: [StreamEvent] = []
    state.watch([
      .toolInputStart(ToolInputStart(index: 0, id: "c0", name: "f")),
      .toolInputDelta(ToolInputDelta(index: 0, arguments: #"{"n":7}"#)),
    ])
    #expect(state.advance(at: .zero, into: &events).count == 1 && state.hasStarted)
    _ = state.end(answer(1), finish, by: 0, into: &events)
    let results = events.compactMap { if case .toolResult(let execution) = $0 { execution.outcome } else { nil } }
    #expect(results == [.failed])
    // It does not run once more.
    let actions = state.advance(at: .zero, into: &events)
    guard actions.count == 1, case .proceed? = actions.first else {
      Issue.record("\(actions)")
      return
    }
  }

  @Test func whatRunsIsGivenBackToBeCancelled() {
    var state = state()
    var events: [StreamEvent] = []
    _ = state.end(answer(2), finish, by: 0, into: &events)
    let actions = state.advance(at: .zero, into: &events)
    #expect(actions.count == 2)
    for case .start(let number, _, _) in actions {
      let task = Task<Void, Never> {}
      let rest = state.keep(.task(task), for: number)
      #expect(rest == nil)
    }
    #expect(state.takeLeftovers().isEmpty)
    #expect(state.takeAll().count == 2 && state.takeAll().isEmpty)
    // What comes after that is not kept.
    #expect(state.keep(.task(Task {}), for: 1) != nil)
  }
}
