// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Anthropic's shape. What it does not take is left out with a warning.
struct AnthropicRequestEncoder {
  private let request: ChatRequest
  private let provider: Provider
  private let model: AnthropicModel
  private(set) var warnings: [StreamWarning] = []
  private(set) var betas: [String] = []
  private var fields = JSONObject()

  /// The version that the recordings were made with; see docs/decisions.
  static let version = "2023-06-01"

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
    model = AnthropicModel(provider.profile(of: request.model))
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    let body = try body()
    var header: HTTPFields = [
      "Content-Type": "application/json", "Accept": request.isStream ? "text/event-stream" : "application/json",
      "anthropic-version": Self.version,
    ]
    if !betas.isEmpty { header["anthropic-beta"] = betas.joined(separator: ",") }
    var encoded = EncodedRequest(path: "/v1/messages", fields: header, body: body.bytes, warnings: warnings)
    encoded.outputLimit = body["max_tokens"]?.int
    return encoded
  }

  /// The body, for this and for the services that wrap it.
  mutating func body() throws(SpateError) -> JSONValue {
    guard !request.model.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    let options = request.options
    for beta in options.betas ?? [] {
      if HTTPFields.isValid(value: beta) { betas.append(beta) } else { leaveOut("a beta that is no header value") }
    }
    var messages = AnthropicMessageEncoder(provider: provider)
    let turns = try messages.encode(request.messages)
    warnings += messages.warnings
    if messages.usesFiles { addBeta("files-api-2025-04-14") }

    fields["model"] = .string(request.model)
    fields["max_tokens"] = .number(JSONNumber(maxTokens))
    if let system = messages.system { fields["system"] = system }
    fields["messages"] = .array(turns)
    fields["stream"] = .bool(request.isStream)
    writeThinking()
    try writeNumbers()
    if let stop = options.stop, !stop.isEmpty { fields["stop_sequences"] = .array(stop.map(JSONValue.string)) }
    writeTools()
    writeFormat()
    if let user = options.user { fields["metadata"] = ["user_id": .string(user)] }
    leaveOutOthers()
    // The caller's own fields win over ours.
    fields.merge(options.extra)
    return .object(fields)
  }

  // MARK: Lengths and thinking

  /// Every request must name a limit (max_tokens): the caller's, or what the model can write. An answer that comes
  /// whole is kept shorter, for a connection that is silent for minutes is cut by many a proxy.
  private var maxTokens: Int {
    request.options.maxTokens ?? (request.isStream ? model.maxTokens : min(model.maxTokens, 16_384))
  }

  private mutating func writeThinking() {
    let options = request.options
    let wanted = options.reasoning != nil || options.reasoningBudget != nil
    guard wanted else {
      if options.showsReasoning != nil { leaveOut("showsReasoning without reasoning") }
      return
    }
    if options.reasoning == ReasoningEffort.none, options.reasoningBudget == nil {
      if model.thinking != .none { fields["thinking"] = ["type": "disabled"] }
      return
    }
    switch options.toolChoice {
    case .required?, .tool?: return leaveOut("reasoning while a tool call is required")
    default: break
    }
    switch model.thinking {
    case .none: leaveOut("reasoning, which \(request.model) does not have")
    case .adaptive: writeAdaptive()
    case .budget: writeBudget()
    }
  }

  private mutating func writeAdaptive() {
    let options = request.options
    // Without asking, newer models keep their thoughts to themselves.
    fields["thinking"] = [
      "type": "adaptive", "display": options.showsReasoning == false ? "omitted" : "summarized",
    ]
    if options.reasoningBudget != nil { leaveOut("reasoningBudget, for \(request.model) decides by its effort") }
    guard let effort = options.reasoning else { return }
    fields["output_config"] = ["effort": .string(effort == .minimal ? "low" : effort.rawValue)]
  }

  private mutating func writeBudget() {
    let options = request.options
    var budget = options.reasoningBudget ?? Self.budget(of: options.reasoning ?? .medium)
    if budget >= maxTokens {
      budget = maxTokens - 1
      if options.reasoningBudget != nil { leaveOut("a reasoningBudget as large as maxTokens; it was made smaller") }
    }
    guard budget >= 1024 else {
      return leaveOut("reasoning with fewer than 1024 tokens; give more maxTokens")
    }
    fields["thinking"] = ["type": "enabled", "budget_tokens": .number(JSONNumber(budget))]
    if options.showsReasoning == false { leaveOut("showsReasoning") }
  }

  /// How many tokens stand for an effort, where the model counts.
  private static func budget(of effort: ReasoningEffort) -> Int {
    switch effort {
    case .minimal: 1024
    case .low: 2048
    case .high: 16_384
    case ReasoningEffort(rawValue: "xhigh"), ReasoningEffort(rawValue: "max"): 31_999
    default: 8192
    }
  }

  // MARK: Numbers

  private mutating func writeNumbers() throws(SpateError) {
    let options = request.options
    for case (let name, let value?) in [("temperature", options.temperature), ("topP", options.topP)]
    where !value.isFinite {
      throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
    }
    let isThinking = fields["thinking"] != nil && fields["thinking"]?["type"] != "disabled"
    if let temperature = options.temperature {
      if isThinking, temperature != 1 {
        leaveOut("a temperature while it thinks")
      } else if temperature > 1 {
        fields["temperature"] = 1
        leaveOut("a temperature above 1; it was made 1")
      } else {
        fields["temperature"] = JSONNumber(temperature).map(JSONValue.number)
      }
    }
    if let topP = options.topP { fields["top_p"] = JSONNumber(topP).map(JSONValue.number) }
    if let topK = options.topK {
      if isThinking { leaveOut("topK while it thinks") } else { fields["top_k"] = .number(JSONNumber(topK)) }
    }
  }

  // MARK: Tools

  private mutating func writeTools() {
    var list: [JSONValue] = []
    for tool in request.tools {
      guard var definition = definition(of: tool) else { continue }
      if let point = tool.cachePoint { definition["cache_control"] = point.anthropic }
      list.append(.object(definition))
    }
    guard !list.isEmpty else {
      if request.options.toolChoice != nil { leaveOut("toolChoice without tools") }
      return
    }
    fields["tools"] = .array(list)
    var choice: JSONObject? =
      switch request.options.toolChoice {
      case nil: nil
      case .auto?: ["type": "auto"]
      case ToolChoice.none?: ["type": "none"]
      case .required?: ["type": "any"]
      case .tool(let name)?: ["type": "tool", "name": .string(name)]
      }
    if let parallel = request.options.parallelTools, choice?["type"] != "none" {
      // Saying what holds anyway needs no choice.
      if !parallel || choice != nil {
        choice = choice ?? ["type": "auto"]
        choice?["disable_parallel_tool_use"] = .bool(!parallel)
      }
    }
    if let choice { fields["tool_choice"] = .object(choice) }
  }

  private mutating func definition(of tool: Tool) -> JSONObject? {
    switch tool.kind {
    case .provider(let definition, let dialect):
      guard dialect == .anthropic, let fields = definition.object else {
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
    var definition: JSONObject = ["name": .string(tool.name)]
    if let description = tool.description { definition["description"] = .string(description) }
    definition["input_schema"] = schema
    if let isStrict = tool.isStrict { definition["strict"] = .bool(isStrict) }
    return definition
  }

  // MARK: The rest

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil, .text?: break
    case .json?: leaveOut("responseFormat .json; give a schema, or ask for JSON in the prompt")
    case .schema(_, let schema, _)?:
      var config = fields["output_config"]?.object ?? [:]
      config["format"] = ["type": "json_schema", "schema": schema]
      fields["output_config"] = .object(config)
    }
  }

  private mutating func leaveOutOthers() {
    let options = request.options
    let others: [(name: String, isSet: Bool)] = [
      ("seed", options.seed != nil), ("n", options.n ?? 1 != 1),
      ("presencePenalty", options.presencePenalty != nil), ("frequencyPenalty", options.frequencyPenalty != nil),
      ("logprobs", options.logprobs == true), ("topLogprobs", options.topLogprobs != nil),
      ("metadata", options.metadata?.isEmpty == false), ("store", options.store != nil),
      ("previousResponse", options.previousResponse != nil), ("isBackground", options.isBackground == true),
      ("streamUsage: false", request.isStream && options.streamUsage == false),
    ]
    for other in others where other.isSet { leaveOut(other.name) }
  }

  private mutating func addBeta(_ name: String) {
    if !betas.contains(name) { betas.append(name) }
  }

  private mutating func leaveOut(_ what: String) {
    warnings.append(StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): it was left out"))
  }
}

extension CachePoint {
  /// `cache_control`
  var anthropic: JSONValue {
    var fields: JSONObject = ["type": "ephemeral"]
    if let lifetime { fields["ttl"] = .string(lifetime) }
    return .object(fields)
  }
}
