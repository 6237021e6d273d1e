// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Applies a profile to a request.
struct RequestAdapter {
  let profile: ModelProfile
  var request: ChatRequest
  private(set) var warnings: [StreamWarning] = []

  init(profile: ModelProfile, request: ChatRequest) {
    self.profile = profile
    self.request = request
  }

  private var capabilities: ModelCapabilities { profile.capabilities }

  mutating func adapt() {
    adaptReasoning()
    adaptNumbers()
    adaptLists()
    adaptTools()
    adaptFormat()
    adaptForm()
    noteInput()
  }

  // MARK: Thinking

  private mutating func adaptReasoning() {
    if capabilities[.reasoning] == false { return leaveOutReasoning() }
    if let effort = request.options.reasoning, let efforts = capabilities.efforts, !efforts.contains(effort) {
      adapt(effort, to: efforts)
    }
    guard let budget = request.options.reasoningBudget, let range = profile.reasoningBudget else { return }
    // 0 turns thinking off, and what is below leaves it to the model, where there are such words.
    guard budget > 0 || (budget == 0 && profile.alwaysReasons) else { return }
    let nearest = min(max(budget, range.lowerBound), range.upperBound)
    guard nearest != budget else { return }
    request.options.reasoningBudget = nearest
    change("reasoningBudget \(budget)", to: "\(nearest)")
  }

  /// Not to think is what such a model does anyway.
  private mutating func leaveOutReasoning() {
    let options = request.options
    if let effort = options.reasoning, effort != .none { leaveOut("reasoning \(effort.rawValue)") }
    if let budget = options.reasoningBudget, budget != 0 { leaveOut("reasoningBudget") }
    if options.showsReasoning == true { leaveOut("showsReasoning") }
    request.options.reasoning = nil
    request.options.reasoningBudget = nil
    request.options.showsReasoning = nil
  }

  private mutating func adapt(_ effort: ReasoningEffort, to efforts: [ReasoningEffort]) {
    if efforts.isEmpty {
      request.options.reasoning = nil
      // It thinks, or does not, whatever is said.
      return leaveOut("reasoning \(effort.rawValue)")
    }
    // A word that nobody here knows may be one that it has learned.
    guard let nearest = Self.nearest(to: effort, in: efforts) else { return }
    request.options.reasoning = nearest
    change("reasoning \(effort.rawValue)", to: nearest.rawValue)
  }

  /// The nearest one by the scale, the weaker of two; who wants it to think gets some thought, however little.
  private static func nearest(to effort: ReasoningEffort, in efforts: [ReasoningEffort]) -> ReasoningEffort? {
    guard let place = ReasoningEffort.scale.firstIndex(of: effort) else { return nil }
    var best: (distance: Int, effort: ReasoningEffort)?
    for (index, candidate) in ReasoningEffort.scale.enumerated() {
      guard efforts.contains(candidate), candidate != .none else { continue }
      let distance = abs(index - place)
      if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.effort
  }

  var isReasoning: Bool {
    let options = request.options
    if profile.alwaysReasons { return true }
    return (options.reasoning.map { $0 != .none } ?? false) || (options.reasoningBudget.map { $0 != 0 } ?? false)
  }

  // MARK: Options that are no numbers

  private mutating func adaptLists() {
    if isRefused(.stop) {
      request.options.stop = nil
      leaveOut("stop" + reason(of: .stop))
    }
    if isRefused(.logprobs) {
      let what = request.options.topLogprobs == nil ? "logprobs" : "logprobs and topLogprobs"
      request.options.logprobs = nil
      request.options.topLogprobs = nil
      leaveOut(what + reason(of: .logprobs))
    }
    if isRefused(.speakerNames) {
      for index in request.messages.indices { request.messages[index].name = nil }
      leaveOut("names of speakers")
    }
    if let count = request.options.n, count > 1, capabilities[.severalAnswers] == false {
      request.options.n = nil
      leaveOut("n \(count)")
    }
  }

  private mutating func adaptTools() {
    if let isParallel = request.options.parallelTools, capabilities[.parallelTools] == false {
      request.options.parallelTools = nil
      // One after another is what it does anyway.
      if isParallel { leaveOut("parallelTools") }
    }
    guard capabilities[.forcedTools] == false else { return }
    switch request.options.toolChoice {
    case .required?, .tool?:
      request.options.toolChoice = .auto
      change("a tool call that is required", to: "one that is left to it")
    default: break
    }
  }

  private mutating func adaptFormat() {
    switch request.options.responseFormat {
    case .schema? where capabilities[.schema] == false && capabilities[.json] != false:
      request.options.responseFormat = .json
      change("a schema of the answer", to: "any JSON")
    case .schema? where capabilities[.schema] == false, .json? where capabilities[.json] == false:
      request.options.responseFormat = nil
      leaveOut("responseFormat")
    default: break
    }
  }

  /// Rule D20: the same events, all at once.
  private mutating func adaptForm() {
    guard request.isStream, capabilities[.streaming] == false else { return }
    request.isStream = false
    change("a stream", to: "an answer in one piece")
  }

  // MARK: What is asked about

  private mutating func noteInput() {
    if !request.tools.isEmpty, capabilities[.tools] == false { note("tools") }
    var kinds: Set<Capability> = []
    for message in request.messages where message.role != .assistant { Self.kinds(of: message.content, &kinds) }
    for (kind, name) in [(Capability.images, "images"), (.files, "files"), (.audio, "audio")]
    where kinds.contains(kind) && capabilities[kind] == false {
      note(name)
    }
    if request.messages.last?.role == .assistant, capabilities[.prefill] == false {
      note("words of its own to go on with (the last message is an assistant's)")
    }
  }

  private static func kinds(of parts: [ContentPart], _ kinds: inout Set<Capability>) {
    for part in parts {
      switch part {
      case .image: kinds.insert(.images)
      case .file: kinds.insert(.files)
      case .audio: kinds.insert(.audio)
      case .toolResult(let result): Self.kinds(of: result.content, &kinds)
      default: break
      }
    }
  }

  // MARK: Words

  private var name: String { DisplayText.bounded(request.model, limit: 100) }

  mutating func leaveOut(_ what: String) {
    warnings.append(StreamWarning(.unsupportedOption, "\(name) does not take \(what): it was left out"))
  }

  mutating func change(_ what: String, to value: String) {
    warnings.append(StreamWarning(.adjustedOption, "\(name) does not take \(what): it was made \(value)"))
  }

  private mutating func note(_ what: String) {
    warnings.append(
      StreamWarning(.unsupportedInput, "\(name) is not known to take \(what): sent all the same, it may be refused"))
  }
}
