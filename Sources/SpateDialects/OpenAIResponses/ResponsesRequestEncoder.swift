// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in the shape of OpenAI's Responses. What it does not take is left out with a warning.
struct ResponsesRequestEncoder {
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
    let options = request.options
    var input = ResponsesInputEncoder(provider: provider, isStored: options.store ?? true)
    let items = try input.encode(request.messages)
    fields["model"] = .string(request.model)
    fields["input"] = .array(items)
    fields["stream"] = .bool(request.isStream)
    try writeNumbers()
    writeReasoning()
    writeInclude()
    writeFormat()
    writeTools()
    if let user = options.user { fields["user"] = .string(user) }
    if let labels = options.metadata, !labels.isEmpty {
      fields["metadata"] = .object(
        JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }))
    }
    if let store = options.store { fields["store"] = .bool(store) }
    if let previous = options.previousResponse { fields["previous_response_id"] = .string(previous) }
    if let isBackground = options.isBackground { fields["background"] = .bool(isBackground) }
    leaveOutOthers()
    // The caller's own fields win over ours.
    fields.merge(options.extra)
    var header: HTTPFields = [
      "Content-Type": "application/json", "Accept": request.isStream ? "text/event-stream" : "application/json",
    ]
    let betas = (options.betas ?? []).filter { HTTPFields.isValid(value: $0) }
    if betas.count < options.betas?.count ?? 0 { leaveOut("a beta that is no header value") }
    if !betas.isEmpty { header["OpenAI-Beta"] = betas.joined(separator: ",") }
    return EncodedRequest(
      path: "/responses", fields: header, body: JSONValue.object(fields).bytes, warnings: input.warnings + warnings)
  }

  // MARK: Numbers

  private mutating func writeNumbers() throws(SpateError) {
    let options = request.options
    let numbers = [
      ("temperature", "temperature", options.temperature), ("topP", "top_p", options.topP),
    ]
    for case (let name, let key, let value?) in numbers {
      guard let number = JSONNumber(value) else {
        throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
      }
      fields[key] = .number(number)
    }
    if let count = options.maxTokens { fields["max_output_tokens"] = .number(JSONNumber(count)) }
    if let count = options.topLogprobs { fields["top_logprobs"] = .number(JSONNumber(count)) }
    guard let topK = options.topK else { return }
    if provider.quirks.contains(.takesTopK) {
      fields["top_k"] = .number(JSONNumber(topK))
    } else {
      leaveOut("topK")
    }
  }

  // MARK: Reasoning

  private var wantsReasoning: Bool {
    let options = request.options
    if options.reasoning == ReasoningEffort.none { return false }
    return options.reasoning != nil || options.showsReasoning == true
  }

  private mutating func writeReasoning() {
    let options = request.options
    var reasoning = JSONObject()
    if let effort = options.reasoning { reasoning["effort"] = .string(effort.rawValue) }
    // Summaries come only to who asks for them.
    if wantsReasoning, options.showsReasoning ?? true { reasoning["summary"] = "auto" }
    if !reasoning.isEmpty { fields["reasoning"] = .object(reasoning) }
    if options.reasoningBudget != nil { leaveOut("reasoningBudget") }
  }

  /// What is not kept at the provider has to come here, to be sent back.
  private mutating func writeInclude() {
    let options = request.options
    var include: [JSONValue] = []
    if wantsReasoning, options.store != true { include.append("reasoning.encrypted_content") }
    if options.logprobs ?? (options.topLogprobs != nil) { include.append("message.output_text.logprobs") }
    if !include.isEmpty { fields["include"] = .array(include) }
  }

  // MARK: Tools

  private mutating func writeTools() {
    var list: [JSONValue] = []
    for tool in request.tools {
      if tool.cachePoint != nil { leaveOut("cache points") }
      if let definition = definition(of: tool) { list.append(definition) }
    }
    if !list.isEmpty { fields["tools"] = .array(list) }
    switch request.options.toolChoice {
    case nil: break
    case .auto?: fields["tool_choice"] = "auto"
    case ToolChoice.none?: fields["tool_choice"] = "none"
    case .required?: fields["tool_choice"] = "required"
    case .tool(let name)?: fields["tool_choice"] = choice(of: name)
    }
    if let parallel = request.options.parallelTools { fields["parallel_tool_calls"] = .bool(parallel) }
  }

  private func choice(of name: String) -> JSONValue {
    switch request.tools.first(where: { $0.name == name })?.kind {
    case .custom?: ["type": "custom", "name": .string(name)]
    case .provider(let definition, _)?: ["type": definition["type"] ?? .string(name)]
    default: ["type": "function", "name": .string(name)]
    }
  }

  private mutating func definition(of tool: Tool) -> JSONValue? {
    switch tool.kind {
    case .provider(let definition, let dialect):
      if dialect == .openAIResponses { return definition }
      leaveOut("the tool \(tool.name) of the dialect \(dialect)")
      return nil
    case .custom(let format):
      var fields = named(tool, "custom")
      if let format { fields["format"] = format }
      return .object(fields)
    case .function:
      var fields = named(tool, "function")
      fields["parameters"] = tool.parameters
      if let isStrict = tool.isStrict { fields["strict"] = .bool(isStrict) }
      return .object(fields)
    }
  }

  private func named(_ tool: Tool, _ type: JSONValue) -> JSONObject {
    var fields: JSONObject = ["type": type, "name": .string(tool.name)]
    if let description = tool.description { fields["description"] = .string(description) }
    return fields
  }

  // MARK: The rest

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil: break
    case .text?: fields["text"] = ["format": ["type": "text"]]
    case .json?: fields["text"] = ["format": ["type": "json_object"]]
    case .schema(let name, let schema, let isStrict)?:
      fields["text"] = [
        "format": ["type": "json_schema", "name": .string(name), "schema": schema, "strict": .bool(isStrict)]
      ]
    }
  }

  private mutating func leaveOutOthers() {
    let options = request.options
    let others: [(name: String, isSet: Bool)] = [
      ("stop", options.stop?.isEmpty == false), ("seed", options.seed != nil), ("n", options.n ?? 1 != 1),
      ("presencePenalty", options.presencePenalty != nil), ("frequencyPenalty", options.frequencyPenalty != nil),
      ("streamUsage: false", options.streamUsage == false),
    ]
    for other in others where other.isSet { leaveOut(other.name) }
  }

  private mutating func leaveOut(_ what: String) {
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): it was left out")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
