// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Gemini's shape. What it does not take is left out with a warning.
struct GeminiRequestEncoder {
  private let request: ChatRequest
  private let provider: Provider
  private let model: GeminiModel
  private var warnings: [StreamWarning] = []
  private var config = JSONObject()
  private var fields = JSONObject()

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
    model = GeminiModel(request.model, provider.profile(of: request.model))
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    let path = try Self.path(to: request.model, at: provider)
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    var messages = GeminiMessageEncoder(provider: provider, model: model)
    let contents = try messages.encode(request.messages)
    warnings += messages.warnings
    if let system = messages.system { fields["systemInstruction"] = system }
    fields["contents"] = .array(contents)
    writeTools()
    try writeNumbers()
    writeThinking()
    writeFormat()
    if !config.isEmpty { fields["generationConfig"] = .object(config) }
    writeLabels()
    leaveOutOthers()
    merge(request.options.extra)
    return EncodedRequest(
      path: path + (request.isStream ? ":streamGenerateContent?alt=sse" : ":generateContent"),
      fields: [
        "Content-Type": "application/json", "Accept": request.isStream ? "text/event-stream" : "application/json",
      ],
      body: JSONValue.object(fields).bytes, warnings: warnings)
  }

  /// The caller's own fields win over ours; those of the configuration one by one.
  private mutating func merge(_ extra: JSONObject) {
    for (key, value) in extra.members {
      if key == "generationConfig", var all = fields[key]?.object, let more = value.object {
        all.merge(more)
        fields[key] = .object(all)
      } else {
        fields[key] = value
      }
    }
  }

  // MARK: The path

  /// `/models/NAME`, with `/v1beta` before it where the base URL names no version, as Google's SDK takes it.
  static func path(to model: String, at provider: Provider) throws(SpateError) -> String {
    guard !model.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    let kinds = ["models/", "tunedModels/"]
    let kind = kinds.first { model.hasPrefix($0) }
    let name = kind.map { String(model.dropFirst($0.count)) } ?? model
    guard !name.isEmpty, name.contains(where: { $0 != "." }) else {
      throw SpateError(.badRequest, "\(DisplayText.bounded(model, limit: 100)) is no name of a model")
    }
    return root(of: provider) + "/" + (kind ?? "models/") + PathPart.escaped(name)
  }

  /// `/v1beta`, or nothing.
  static func root(of provider: Provider) -> String {
    let path = provider.baseURL.split(separator: "?").first ?? ""
    let hasVersion = path.split(separator: "/").dropFirst(2).contains { part in
      part.first == "v" && part.dropFirst().first?.isNumber == true
    }
    return hasVersion ? "" : "/v1beta"
  }

  // MARK: Options

  private mutating func writeNumbers() throws(SpateError) {
    let options = request.options
    let numbers = [
      ("temperature", options.temperature), ("topP", options.topP), ("presencePenalty", options.presencePenalty),
      ("frequencyPenalty", options.frequencyPenalty),
    ]
    for case (let name, let value?) in numbers {
      guard let number = JSONNumber(value) else {
        throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
      }
      config[name] = .number(number)
    }
    let counts = [
      ("topK", options.topK), ("maxOutputTokens", options.maxTokens), ("seed", options.seed),
      ("candidateCount", options.n), ("logprobs", options.topLogprobs),
    ]
    for case (let name, let value?) in counts { config[name] = .number(JSONNumber(value)) }
    if let logprobs = options.logprobs ?? (options.topLogprobs == nil ? nil : true) {
      config["responseLogprobs"] = .bool(logprobs)
    }
    if let stop = options.stop, !stop.isEmpty { config["stopSequences"] = .array(stop.map(JSONValue.string)) }
  }

  private mutating func writeThinking() {
    let options = request.options
    var thinking = JSONObject()
    if options.reasoning != nil || options.reasoningBudget != nil {
      switch model.thinking {
      case .none: return leaveOut("reasoning, which \(request.model) does not have")
      case .level: thinking = level
      case .budget: thinking = budget
      }
    }
    let isAsked = options.reasoningBudget.map { $0 != 0 } ?? (options.reasoning.map { $0 != .none } ?? false)
    if let shows = options.showsReasoning ?? (isAsked ? true : nil) {
      if model.thinking == .none {
        if shows { leaveOut("showsReasoning, for \(request.model) does not think") }
      } else {
        thinking["includeThoughts"] = .bool(shows)
      }
    }
    if !thinking.isEmpty { config["thinkingConfig"] = .object(thinking) }
  }

  /// Both in one request are refused: the word counts.
  private var level: JSONObject {
    mutating get {
      guard let effort = request.options.reasoning else {
        return request.options.reasoningBudget.map { ["thinkingBudget": .number(JSONNumber($0))] } ?? [:]
      }
      if request.options.reasoningBudget != nil { leaveOut("reasoningBudget beside an effort") }
      switch effort {
      case .none:
        leaveOut("turning reasoning off; it was asked for as little as possible", isReplaced: true)
        return ["thinkingLevel": model.alwaysThinks ? "low" : "minimal"]
      case .minimal where model.alwaysThinks:
        leaveOut("the effort minimal; it was made low", isReplaced: true)
        return ["thinkingLevel": "low"]
      default: return ["thinkingLevel": .string(effort.rawValue)]
      }
    }
  }

  /// The tokens that stand for an effort, as in Google's own table for OpenAI's words.
  private var budget: JSONObject {
    mutating get {
      if let budget = request.options.reasoningBudget { return ["thinkingBudget": .number(JSONNumber(budget))] }
      switch request.options.reasoning {
      case ReasoningEffort.none where model.alwaysThinks:
        leaveOut("turning reasoning off; it was asked for as little as possible", isReplaced: true)
        return ["thinkingBudget": 128]
      case ReasoningEffort.none: return ["thinkingBudget": 0]
      case .minimal?, .low?: return ["thinkingBudget": 1024]
      case .medium?: return ["thinkingBudget": 8192]
      // The most that all of them take: they have no word for more.
      case .high?, .xhigh?, .max?: return ["thinkingBudget": 24_576]
      default:
        leaveOut("the effort \(request.options.reasoning?.rawValue ?? "")")
        return [:]
      }
    }
  }

  private mutating func writeFormat() {
    switch request.options.responseFormat {
    case nil: break
    case .text?: config["responseMimeType"] = "text/plain"
    case .json?: config["responseMimeType"] = "application/json"
    case .schema(_, let schema, _)?:
      config["responseMimeType"] = "application/json"
      config["responseJsonSchema"] = schema
    }
  }

  private mutating func writeLabels() {
    guard let labels = request.options.metadata, !labels.isEmpty else { return }
    guard provider.quirks.contains(.takesLabels) else { return leaveOut("metadata") }
    fields["labels"] = .object(JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }

  private mutating func leaveOutOthers() {
    let options = request.options
    let others: [(name: String, isSet: Bool)] = [
      ("parallelTools", options.parallelTools == false), ("user", options.user != nil), ("store", options.store != nil),
      ("previousResponse", options.previousResponse != nil), ("isBackground", options.isBackground == true),
      ("betas", options.betas?.isEmpty == false),
      ("streamUsage: false", request.isStream && options.streamUsage == false),
    ]
    for other in others where other.isSet { leaveOut(other.name) }
  }

  // MARK: Tools

  private mutating func writeTools() {
    var declarations: [JSONValue] = []
    var list: [JSONValue] = []
    for tool in request.tools {
      if tool.cachePoint != nil { leaveOut("cache points") }
      switch tool.kind {
      case .provider(let definition, let dialect):
        if dialect == .gemini {
          list.append(definition)
        } else {
          leaveOut("the tool \(tool.name) of the dialect \(dialect)")
        }
      case .custom(let format):
        if format != nil { leaveOut("the format of the tool \(tool.name)") }
        declarations.append(Self.declaration(of: tool, GeminiMessageEncoder.freeText))
      case .function:
        if tool.isStrict == true { leaveOut("isStrict of tools") }
        declarations.append(Self.declaration(of: tool, tool.parameters))
      }
    }
    if !declarations.isEmpty { list.insert(["functionDeclarations": .array(declarations)], at: 0) }
    if !list.isEmpty { fields["tools"] = .array(list) }
    guard let choice = request.options.toolChoice else { return }
    guard !declarations.isEmpty else {
      if choice != ToolChoice.none { leaveOut("toolChoice without tools") }
      return
    }
    let calling: JSONObject =
      switch choice {
      case .auto: ["mode": "AUTO"]
      case .none: ["mode": "NONE"]
      case .required: ["mode": "ANY"]
      case .tool(let name): ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
      }
    fields["toolConfig"] = ["functionCallingConfig": .object(calling)]
  }

  private static func declaration(of tool: Tool, _ schema: JSONValue) -> JSONValue {
    var declaration: JSONObject = ["name": .string(tool.name)]
    if let description = tool.description { declaration["description"] = .string(description) }
    // An object without members is refused; a function without a schema takes nothing too.
    if schema != Tool(name: "").parameters { declaration["parametersJsonSchema"] = schema }
    return .object(declaration)
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isReplaced: Bool = false) {
    let end = isReplaced ? "" : ": it was left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
