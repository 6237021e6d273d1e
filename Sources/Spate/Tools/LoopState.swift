// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

/// The tool loop of one call, as a plain value: it is told what happened and says what to do.
///
/// It knows neither clock nor task; the owner holds the lock, asks, unlocks, acts.
struct LoopState: Sendable {
  /// What the owner does.
  enum Action: Sendable {
    /// Asks whether a call may run.
    case ask(Int, ToolCall)
    case start(Int, ToolCall, ExecutableTool)
    /// All tools of the round have answered.
    case proceed
  }

  /// What follows the answer of a round.
  enum Step {
    /// The call ends with it.
    case finish
    /// Its tools run first.
    case run
  }

  /// What is cancelled when nobody waits for it any more.
  enum Leftover: Sendable {
    case task(Task<Void, Never>)
    /// A timer, or a download.
    case transfer(any Transfer)

    func cancel() {
      switch self {
      case .task(let task): task.cancel()
      case .transfer(let transfer): transfer.cancel()
      }
    }
  }

  let loop: ToolLoop
  /// The request of this round.
  private(set) var request: RoundRequest
  /// How its answer ended; nil while it runs.
  private(set) var finish: Finish?
  /// Who gave it.
  private(set) var target = 0
  /// Some of its calls are the caller's to answer.
  private(set) var leavesCalls = false
  /// The caller wanted the call to end with this.
  var failure: SpateError?
  private var tools: [String: ExecutableTool] = [:]
  var items: [LoopItem] = []
  private var early = EarlyCalls()
  private var lastNumber = 0
  var hasProceeded = false
  /// Its answer broke off, and may be begun again: nothing may start.
  private(set) var isHeld = false
  var leftovers: [Leftover] = []
  /// What runs between two rounds.
  private var between: [Leftover] = []

  init(_ loop: ToolLoop, _ request: RoundRequest) {
    self.loop = loop
    self.request = request
    takeTools()
  }

  /// A tool of this round has started: its answer is not begun again.
  var hasStarted: Bool { items.contains { $0.hasStarted } }

  private mutating func takeTools() {
    tools = Dictionary(
      request.tools.compactMap(\.executable).map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: While the answer comes

  /// Events of the answer: calls that are whole by themselves may start.
  mutating func watch(_ events: [StreamEvent]) {
    guard loop.startsEarly else { return }
    for event in events {
      guard let call = early.add(event), let tool = tools[call.name] else { continue }
      add(call, tool)
    }
  }

  /// The answer broke off. What has not started does not, before it is known how the call goes on.
  mutating func hold() { isHeld = true }

  /// Another request begins the answer again.
  mutating func release() {
    isHeld = false
    for index in items.indices { items[index].drop(&leftovers) }
    items = []
    early = EarlyCalls()
  }

  private mutating func add(_ call: ToolCall, _ tool: ExecutableTool?, at index: Int? = nil) {
    lastNumber += 1
    items.append(LoopItem(number: lastNumber, call: call, tool: tool, index: index))
  }

  // MARK: When it has ended

  /// The answer of the round has ended. Gives what follows; `events` get the results of tools that were quick.
  mutating func end(
    _ answer: PartialResponse, _ finish: Finish, by target: Int, into events: inout [StreamEvent]
  ) -> Step {
    self.finish = finish
    self.target = target
    let mayRun = finish.outcome == .complete && request.number < loop.maxRounds
    let calls = finish.outcome == .complete ? answer.toolCalls : []
    var begun = items
    items = []
    for (index, call) in calls.enumerated() where mayRun {
      if let place = begun.firstIndex(where: { $0.call.id == call.id && $0.call.name == call.name }) {
        items.append(taken(begun.remove(at: place), for: call, at: index))
      } else if let tool = tools[call.name] {
        add(call, tool, at: index)
        if !call.isComplete { settle(items.count - 1, .malformedArguments, "the arguments are no JSON") }
      } else if request.tools.contains(where: { $0.definition.name == call.name }) {
        leavesCalls = true
      } else {
        add(call, nil, at: index)
        settle(items.count - 1, .unknownTool, unknown(call.name))
      }
    }
    if !begun.isEmpty { discard(begun, into: &events) }
    if !calls.isEmpty, request.number >= loop.maxRounds {
      events.append(.warning(StreamWarning(.toolRounds, "the tools were not run: \(loop.maxRounds) rounds are over")))
    }
    // A turn that the model paused is sent on as it is.
    if finish.outcome == .paused, request.number < loop.maxRounds { return .run }
    guard !items.isEmpty else { return .finish }
    for index in items.indices {
      guard let execution = items[index].execution else { continue }
      report(execution, into: &events)
    }
    return .run
  }

  /// An item that was begun while the answer came; the answer says now what the call is.
  private mutating func taken(_ item: LoopItem, for call: ToolCall, at index: Int) -> LoopItem {
    var item = item
    let known = item.call.value
    item.index = index
    item.call = call
    item.execution?.index = index
    item.execution?.call = call
    if !call.isComplete {
      item.end(.malformedArguments, "the arguments are no JSON", &leftovers)
    } else if item.hasStarted, known != call.value {
      item.end(.failed, "the arguments changed after the tool had started: it was not run with them", &leftovers)
    }
    return item
  }

  /// Nobody wants to know what they answer.
  private mutating func discard(_ begun: [LoopItem], into events: inout [StreamEvent]) {
    for var item in begun { item.drop(&leftovers) }
    let names = begun.filter(\.hasStarted).map(\.call.name).joined(separator: ", ")
    guard !names.isEmpty else { return }
    events.append(
      .warning(
        StreamWarning(
          .discardedTools, "\(names) had started before the answer ended, and was not called by it in the end")))
  }

  private func unknown(_ name: String) -> String {
    let names = tools.keys.sorted().joined(separator: ", ")
    return "there is no tool named \(DisplayText.bounded(name, limit: 100)): there are \(names)"
  }

  // MARK: What can be cancelled

  /// Keeps what runs a tool or will stop it; gives it back when that is not wanted any more.
  mutating func keep(_ leftover: Leftover, for number: Int) -> Leftover? {
    guard let index = items.firstIndex(where: { $0.number == number }),
      items[index].phase == .running || items[index].phase == .asking
    else { return leftover }
    items[index].leftovers.append(leftover)
    return nil
  }

  /// Keeps what runs until the next round begins.
  mutating func keep(between leftover: Leftover) { between.append(leftover) }

  /// What is not wanted any more.
  mutating func takeLeftovers() -> [Leftover] {
    defer { leftovers = [] }
    return leftovers
  }

  /// Everything that runs: the call is over.
  mutating func takeAll() -> [Leftover] {
    for index in items.indices { items[index].drop(&leftovers) }
    items = []
    leftovers += between
    between = []
    return takeLeftovers()
  }

  // MARK: The next round

  /// The request that follows, as it is without the caller's changes.
  ///
  /// `own` is the answer of this round alone.
  func following(_ own: PartialResponse, after rounds: [PartialResponse]) -> RoundRequest {
    var options = request.options
    switch options.toolChoice {
    case .required, .tool: options.toolChoice = nil
    default: break
    }
    return RoundRequest(
      number: request.number + 1, messages: request.messages + own.turns, options: options, tools: request.tools,
      previous: rounds + [own])
  }

  /// The next round begins.
  mutating func begin(_ next: RoundRequest) {
    // The task that calls this is among them: it is at its end.
    leftovers += between.filter { if case .transfer = $0 { true } else { false } }
    between = []
    request = next
    finish = nil
    leavesCalls = false
    hasProceeded = false
    items = []
    early = EarlyCalls()
    takeTools()
  }
}
