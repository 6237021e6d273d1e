// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Cohere's shape. What it does not take is left out with a warning.
struct CohereRequestEncoder {
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
    var messages = CohereMessageEncoder(provider: provider)
    let turns = try messages.encode(request.messages)
    warnings += messages.warnings
    fields["model"] = .string(request.model)
    fields["messages"] = .array(turns)
    fields["stream"] = .bool(request.isStream)
    try writeNumbers()
    writeTools()
    writeThinking()
    writeFormat()
    leaveOutOthers()
    // The caller's own fields win over ours.
    fields.merge(request.options.extra)
    return EncodedRequest(
      path: provider.path(version: "/v2", "/chat"),
      fields: [
        "Content-Type": "application/json", "Accept": request.isStream ? "text/event-stream" : "application/json",
      ],
      body: JSONValue.object(fields).bytes, warnings: warnings)
  }

  // MARK: Numbers

  private mutating func writeNumbers() throws(SpateError) {
    let options = request.options
    let doubles: [(name: String, field: String, value: Double?)] = [
      ("temperature", "temperature", options.temperature), ("topP", "p", options.topP),
      ("presencePenalty", "presence_penalty", options.presencePenalty),
      ("frequencyPenalty", "frequency_penalty", options.frequencyPenalty),
    ]
    for case (let name, let field, let value?) in doubles {
      guard let number = JSONNumber(value) else {
        throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
      }
      fields[field] = .number(number)
    }
    let integers = [("k", options.topK), ("max_tokens", options.maxTokens), ("seed", options.seed)]
    for case (let field, let value?) in integers { fields[field] = .number(JSONNumber(value)) }
    if let stop = options.stop, !stop.isEmpty { fields["stop_sequences"] = .array(stop.map(JSONValue.string)) }
    if let logprobs = options.logprobs { fields["logprobs"] = .bool(logprobs) }
    if options.topLogprobs != nil { leaveOut("topLogprobs") }
  }

  // MARK: Tools

  private mutating func writeTools() {
    var tools = request.tools
    switch request.options.toolChoice {
    case nil, .auto?: break
    case ToolChoice.none?: fields["tool_choice"] = "NONE"
    case .required?: fields["tool_choice"] = "REQUIRED"
    case .tool(let name)?:
      // It can not be named: it is the only one that there is.
      fields["tool_choice"] = "REQUIRED"
      tools = tools.filter { $0.name == name }
    }
    let list = tools.compactMap { definition(of: $0) }
    if list.isEmpty {
      if fields["tool_choice"] != nil {
        fields["tool_choice"] = nil
        leaveOut("toolChoice without tools")
      }
    } else {
      fields["tools"] = .array(list)
    }
    let strict = tools.filter { $0.isStrict == true }.count
    if strict > 0 {
      fields["strict_tools"] = true
      if strict < tools.count { leaveOut("isStrict of some tools only; all were made strict", isMoved: true) }
    }
    if request.options.parallelTools == false { leaveOut("parallelTools") }
  }

  private mutating func definition(of tool: Tool) -> JSONValue? {
    if tool.cachePoint != nil { leaveOut("cache points") }
    switch tool.kind {
    case .provider(let definition, let dialect):
      if dialect == .cohere { return definition }
      leaveOut("the tool \(tool.name) of the dialect \(dialect)")
      return nil
    case .custom:
      leaveOut("tools of free text such as \(tool.name)")
      return nil
    case .function: break
    }
    var function: JSONObject = ["name": .string(tool.name)]
    if let description = tool.description { function["description"] = .string(description) }
    function["parameters"] = tool.parameters
    return ["type": "function", "function": .object(function)]
  }

  // MARK: Thinking and shape

  /// Thinking is on or off, and may be counted.
  private mutating func writeThinking() {
    let options = request.options
    if options.reasoning == ReasoningEffort.none, options.reasoningBudget == nil {
      fields["thinking"] = ["type": "disabled"]
    } else if options.reasoning != nil || options.reasoningBudget != nil {
      var thinking: JSONObject = ["type": "enabled"]
      if let budget = options.reasoningBudget {
        thinking["token_budget"] = .number(JSONNumber(budget))
      } else {
        leaveOut("how hard to think, only reasoningBudget; thinking was put on", isMoved: true)
      }
      fields["thinking"] = .object(thinking)
    }
    if options.showsReasoning == false { leaveOut("showsReasoning") }
  }

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil, .text?: break
    case .json?: fields["response_format"] = ["type": "json_object"]
    // It always holds to the schema, which needs no name here.
    case .schema(_, let schema, _)?: fields["response_format"] = ["type": "json_object", "json_schema": schema]
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
