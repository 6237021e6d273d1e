// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Ollama's shape. What it does not take is left out with a warning.
struct OllamaRequestEncoder {
  private let request: ChatRequest
  private let provider: Provider
  private var warnings: [StreamWarning] = []
  private var fields = JSONObject()

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    guard !request.model.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    var messages = OllamaMessageEncoder(provider: provider)
    let turns = try messages.encode(request.messages)
    warnings += messages.warnings
    fields["model"] = .string(request.model)
    fields["messages"] = .array(turns)
    fields["stream"] = .bool(request.isStream)
    writeTools()
    writeThinking()
    writeFormat()
    try writeNumbers()
    leaveOutOthers()
    mergeExtra()
    return EncodedRequest(
      path: "/api/chat",
      fields: [
        "Content-Type": "application/json",
        "Accept": request.isStream ? "application/x-ndjson" : "application/json",
      ],
      body: JSONValue.object(fields).bytes, warnings: warnings)
  }

  /// The caller's own fields win over ours; inside `options` each by itself.
  private mutating func mergeExtra() {
    for (key, value) in request.options.extra.members {
      if key == "options", let more = value.object, var options = fields["options"]?.object {
        options.merge(more)
        fields["options"] = .object(options)
      } else {
        fields[key] = value
      }
    }
  }

  // MARK: Numbers

  private mutating func writeNumbers() throws(SpateError) {
    let options = request.options
    var numbers: JSONObject = [:]
    let doubles: [(name: String, field: String, value: Double?)] = [
      ("temperature", "temperature", options.temperature), ("topP", "top_p", options.topP),
      ("presencePenalty", "presence_penalty", options.presencePenalty),
      ("frequencyPenalty", "frequency_penalty", options.frequencyPenalty),
    ]
    for case (let name, let field, let value?) in doubles {
      guard let number = JSONNumber(value) else {
        throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
      }
      numbers[field] = .number(number)
    }
    let integers = [("top_k", options.topK), ("num_predict", options.maxTokens), ("seed", options.seed)]
    for case (let field, let value?) in integers { numbers[field] = .number(JSONNumber(value)) }
    if let stop = options.stop, !stop.isEmpty { numbers["stop"] = .array(stop.map(JSONValue.string)) }
    if !numbers.isEmpty { fields["options"] = .object(numbers) }
    if let logprobs = options.logprobs ?? (options.topLogprobs == nil ? nil : true) {
      fields["logprobs"] = .bool(logprobs)
    }
    if let count = options.topLogprobs { fields["top_logprobs"] = .number(JSONNumber(count)) }
  }

  // MARK: Tools

  private mutating func writeTools() {
    // There is no choice of tools: without any the model can call none.
    if request.options.toolChoice == ToolChoice.none { return }
    let list = request.tools.compactMap { definition(of: $0) }
    if !list.isEmpty { fields["tools"] = .array(list) }
    switch request.options.toolChoice {
    case .required?, .tool?: leaveOut("toolChoice; its models call tools as they like")
    default: break
    }
    if request.options.parallelTools == false { leaveOut("parallelTools") }
  }

  private mutating func definition(of tool: Tool) -> JSONValue? {
    if tool.cachePoint != nil { leaveOut("cache points") }
    switch tool.kind {
    case .provider(let definition, let dialect):
      if dialect == .ollama { return definition }
      leaveOut("the tool \(tool.name) of the dialect \(dialect)")
      return nil
    case .custom:
      leaveOut("tools of free text such as \(tool.name)")
      return nil
    case .function: break
    }
    if tool.isStrict == true { leaveOut("isStrict of tools") }
    var function: JSONObject = ["name": .string(tool.name)]
    if let description = tool.description { function["description"] = .string(description) }
    function["parameters"] = tool.parameters
    return ["type": "function", "function": .object(function)]
  }

  // MARK: Thinking and shape

  /// `think` is true, false, or how hard.
  private mutating func writeThinking() {
    let options = request.options
    switch options.reasoning {
    case nil: if options.showsReasoning == true { fields["think"] = true }
    case ReasoningEffort.none?: fields["think"] = false
    case ReasoningEffort.minimal?:
      fields["think"] = "low"
      leaveOut("the effort minimal; it was made low", isMoved: true)
    case let effort?: fields["think"] = .string(effort.rawValue)
    }
    if options.reasoningBudget != nil { leaveOut("reasoningBudget") }
    if options.showsReasoning == false { leaveOut("showsReasoning") }
  }

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil, .text?: break
    case .json?: fields["format"] = "json"
    // It always holds to the schema, which needs no name here.
    case .schema(_, let schema, _)?: fields["format"] = schema
    }
  }

  private mutating func leaveOutOthers() {
    let options = request.options
    let others: [(name: String, isSet: Bool)] = [
      ("n", options.n ?? 1 != 1), ("user", options.user != nil), ("metadata", options.metadata?.isEmpty == false),
      ("store", options.store == true), ("previousResponse", options.previousResponse != nil),
      ("isBackground", options.isBackground == true), ("betas", options.betas?.isEmpty == false),
      ("streamUsage: false", request.isStream && options.streamUsage == false),
    ]
    for other in others where other.isSet { leaveOut(other.name) }
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isMoved: Bool = false) {
    let end = isMoved ? "" : ": it was left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
