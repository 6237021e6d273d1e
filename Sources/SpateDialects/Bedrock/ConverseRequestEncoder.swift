// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Converse's shape. What it does not take is left out with a warning; what only some models take
/// goes into `additionalModelRequestFields`, in their makers' words.
struct ConverseRequestEncoder {
  private let request: ChatRequest
  private let provider: Provider
  private var warnings: [StreamWarning] = []
  private var fields = JSONObject()
  private var config = JSONObject()
  private var additional = JSONObject()

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    let operation = request.isStream ? "converse-stream" : "converse"
    let path = try BedrockPath(model: request.model, operation: operation).text()
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    var messages = ConverseMessageEncoder(provider: provider)
    let turns = try messages.encode(request.messages)
    warnings += messages.warnings
    if !messages.system.isEmpty { fields["system"] = .array(messages.system.map(JSONValue.object)) }
    fields["messages"] = .array(turns)
    try writeConfig()
    try writeModelFields()
    writeTools(hasToolUse: messages.hasToolUse)
    writeFormat()
    if let metadata = request.options.metadata, !metadata.isEmpty {
      fields["requestMetadata"] = .object(
        JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    leaveOutOthers()
    if !config.isEmpty { fields["inferenceConfig"] = .object(config) }
    if !additional.isEmpty { fields["additionalModelRequestFields"] = .object(additional) }
    addExtra()
    return EncodedRequest(
      path: path,
      fields: [
        "Content-Type": "application/json",
        "Accept": request.isStream ? "application/vnd.amazon.eventstream" : "application/json",
      ], body: JSONValue.object(fields).bytes, warnings: warnings)
  }

  /// The caller's own fields win over ours, key by key in the objects that both write.
  private mutating func addExtra() {
    for (key, value) in request.options.extra.members {
      let isShared = ["inferenceConfig", "additionalModelRequestFields", "toolConfig"].contains(key)
      guard isShared, var ours = fields[key]?.object, let theirs = value.object else {
        fields[key] = value
        continue
      }
      ours.merge(theirs)
      fields[key] = .object(ours)
    }
  }

  // MARK: Numbers

  private mutating func writeConfig() throws(SpateError) {
    let options = request.options
    for case (let name, let value?) in [("temperature", options.temperature), ("topP", options.topP)]
    where !value.isFinite {
      throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
    }
    if let maxTokens = options.maxTokens { config["maxTokens"] = .number(JSONNumber(maxTokens)) }
    if let temperature = options.temperature {
      config["temperature"] = JSONNumber(min(temperature, 1)).map(JSONValue.number)
      if temperature > 1 { leaveOut("a temperature above 1; it was made 1") }
    }
    if let topP = options.topP { config["topP"] = JSONNumber(topP).map(JSONValue.number) }
    if let stop = options.stop, !stop.isEmpty { config["stopSequences"] = .array(stop.map(JSONValue.string)) }
  }

  // MARK: What only some models take

  private enum Maker {
    case anthropic, nova, gptOSS, cohere, mistral, other
  }

  private var maker: Maker {
    let model = request.model
    if model.contains("anthropic.") || model.contains("claude") { return .anthropic }
    if model.contains("amazon.nova") { return .nova }
    if model.contains("openai.gpt-oss") { return .gptOSS }
    if model.contains("cohere.") { return .cohere }
    return model.contains("mistral.") ? .mistral : .other
  }

  private mutating func writeModelFields() throws(SpateError) {
    let options = request.options
    if maker == .anthropic { return try writeAnthropicFields() }
    if let topK = options.topK.map({ JSONValue.number(JSONNumber($0)) }) {
      switch maker {
      case .nova: additional["inferenceConfig"] = ["topK": topK]
      case .cohere: additional["k"] = topK
      case .mistral: additional["top_k"] = topK
      default: leaveOut("topK for \(request.model)")
      }
    }
    if let effort = options.reasoning { writeEffort(effort) }
    if options.reasoningBudget != nil { leaveOut("reasoningBudget for \(request.model)") }
    if options.showsReasoning != nil { leaveOut("showsReasoning") }
    if options.betas?.isEmpty == false { leaveOut("betas for \(request.model)") }
  }

  private mutating func writeEffort(_ effort: ReasoningEffort) {
    switch (maker, effort) {
    case (.nova, ReasoningEffort.none) where request.model.contains("nova-2"):
      additional["reasoningConfig"] = ["type": "disabled"]
    case (.nova, _) where request.model.contains("nova-2"):
      let word = effort == .minimal ? "low" : effort.rawValue
      additional["reasoningConfig"] = ["type": "enabled", "maxReasoningEffort": .string(word)]
    case (.gptOSS, ReasoningEffort.none): leaveOut("answers of \(request.model) without reasoning")
    case (.gptOSS, _): additional["reasoning_effort"] = .string(effort == .minimal ? "low" : effort.rawValue)
    case (_, ReasoningEffort.none): leaveOut("reasoning to be turned off for \(request.model)")
    default: leaveOut("reasoning for \(request.model)")
    }
  }

  /// What Anthropic's own dialect would say, for the same rules hold: how thinking is asked for depends on the model, and
  /// what does not go with it is left out there.
  private mutating func writeAnthropicFields() throws(SpateError) {
    let options = request.options
    var probe = ChatOptions(topK: options.topK, maxTokens: options.maxTokens)
    probe.reasoning = options.reasoning
    probe.reasoningBudget = options.reasoningBudget
    probe.showsReasoning = options.showsReasoning
    probe.temperature = options.temperature.map { min($0, 1) }
    probe.toolChoice = request.tools.isEmpty ? nil : options.toolChoice
    var encoder = AnthropicRequestEncoder(
      request: ChatRequest(
        model: request.model, messages: ["x"], tools: request.tools.isEmpty ? [] : [Tool(name: "x")], options: probe,
        isStream: request.isStream), provider: provider)
    let body = try encoder.body()
    warnings += encoder.warnings
    for name in ["thinking", "output_config", "top_k"] { additional[name] = body[name] }
    if body["temperature"] == nil { config["temperature"] = nil }
    // The limit must be larger than the budget, and the usual one need not be.
    if body["thinking"]?["budget_tokens"] != nil, config["maxTokens"] == nil {
      config["maxTokens"] = body["max_tokens"]
    }
    let betas = (options.betas ?? []).map(JSONValue.string)
    if !betas.isEmpty { additional["anthropic_beta"] = .array(betas) }
  }

  // MARK: Tools

  private mutating func writeTools(hasToolUse: Bool) {
    var list: [JSONValue] = []
    for tool in request.tools {
      guard let definition = definition(of: tool) else { continue }
      list.append(.object(definition))
      if let point = tool.cachePoint { list.append(.object(point.converse)) }
    }
    guard !list.isEmpty else {
      if request.options.toolChoice != nil { leaveOut("toolChoice without tools") }
      return
    }
    if request.options.parallelTools != nil { leaveOut("parallelTools") }
    var tools: JSONObject = ["tools": .array(list)]
    switch request.options.toolChoice {
    case nil: break
    case .auto?: tools["toolChoice"] = ["auto": [:]]
    case .required?: tools["toolChoice"] = ["any": [:]]
    case .tool(let name)?: tools["toolChoice"] = ["tool": ["name": .string(name)]]
    case ToolChoice.none?:
      // There is no word for it. Without tools none is called, but a conversation that has calls must name them.
      guard hasToolUse else { return }
      leaveOut("toolChoice none after calls of tools")
    }
    fields["toolConfig"] = .object(tools)
  }

  private mutating func definition(of tool: Tool) -> JSONObject? {
    switch tool.kind {
    case .provider(let definition, let dialect):
      guard dialect == .bedrockConverse, let fields = definition.object else {
        leaveOut("the tool \(tool.name) of the dialect \(dialect)")
        return nil
      }
      return fields
    case .custom(let format):
      if format != nil { leaveOut("the format of the tool \(tool.name)") }
      return define(tool, Self.freeText)
    case .function: return define(tool, tool.parameters)
    }
  }

  /// Free text as a function of one text.
  private static let freeText: JSONValue = [
    "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
  ]

  private func define(_ tool: Tool, _ schema: JSONValue) -> JSONObject {
    var spec: JSONObject = ["name": .string(tool.name)]
    // An empty one is refused.
    if let description = tool.description, !description.isEmpty { spec["description"] = .string(description) }
    spec["inputSchema"] = ["json": schema]
    if let isStrict = tool.isStrict { spec["strict"] = .bool(isStrict) }
    return ["toolSpec": .object(spec)]
  }

  // MARK: The rest

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil, .text?: break
    case .json?: leaveOut("responseFormat .json; give a schema, or ask for JSON in the prompt")
    case .schema(let name, let schema, _)?:
      fields["outputConfig"] = [
        "textFormat": [
          "type": "json_schema",
          "structure": ["jsonSchema": ["schema": .string(schema.description), "name": .string(name)]],
        ]
      ]
    }
  }

  private mutating func leaveOutOthers() {
    let options = request.options
    let others: [(name: String, isSet: Bool)] = [
      ("seed", options.seed != nil), ("n", options.n ?? 1 != 1),
      ("presencePenalty", options.presencePenalty != nil), ("frequencyPenalty", options.frequencyPenalty != nil),
      ("logprobs", options.logprobs == true), ("topLogprobs", options.topLogprobs != nil),
      ("user", options.user != nil), ("store", options.store != nil),
      ("previousResponse", options.previousResponse != nil), ("isBackground", options.isBackground == true),
      ("streamUsage: false", request.isStream && options.streamUsage == false),
    ]
    for other in others where other.isSet { leaveOut(other.name) }
  }

  private mutating func leaveOut(_ what: String) {
    warnings.append(StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): it was left out"))
  }
}
