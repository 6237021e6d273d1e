// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in the OpenAI chat shape.
struct ChatRequestEncoder {
  private let request: ChatRequest
  private let provider: Provider
  private var warnings: [StreamWarning] = []

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    try check()
    var messages = ChatMessageEncoder(provider: provider)
    let encoded = try messages.encode(request.messages)
    if !messages.warnings.isEmpty { warnings += messages.warnings }
    return encode(messages: encoded)
  }

  /// What makes a request none.
  func check() throws(SpateError) {
    guard !request.model.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    try checkNumbers()
  }

  /// The request around a list of messages, which a dialect of the same shape may have written in its own way.
  mutating func encode(messages: [UInt8]) -> EncodedRequest {
    var json = JSONWriter(capacity: messages.count + 256)
    json.object { write(&$0, messages: messages) }
    return EncodedRequest(
      path: path, fields: request.isStream ? Self.streamFields : Self.wholeFields,
      body: json.bytes, warnings: warnings)
  }

  private static let streamFields: HTTPFields = ["Content-Type": "application/json", "Accept": "text/event-stream"]
  private static let wholeFields: HTTPFields = ["Content-Type": "application/json", "Accept": "application/json"]

  private var path: String {
    guard provider.has(.deploymentPaths) else { return "/chat/completions" }
    return "/deployments/\(PathPart.escaped(request.model))/chat/completions"
  }

  private mutating func write(_ json: inout JSONWriter, messages: [UInt8]) {
    let options = request.options
    let extra = options.extra
    // The caller's own fields win over ours: a name must not come twice.
    let hasExtra = !extra.isEmpty
    func put(_ name: String, _ write: (inout JSONWriter) -> Void) {
      if !hasExtra || extra[name] == nil { write(&json) }
    }

    put("model") { $0.member("model", request.model) }
    put("messages") {
      $0.key("messages")
      $0.verbatim(messages)
    }
    put("stream") { $0.member("stream", request.isStream) }
    if request.isStream, options.streamUsage ?? true, !provider.has(.refusesStreamOptions) {
      put("stream_options") { $0.object("stream_options") { $0.member("include_usage", true) } }
    }
    // Asked for in words, not by default.
    if request.isStream, options.streamUsage == true, provider.has(.refusesStreamOptions) {
      leaveOut("streamUsage")
    }
    put("temperature") { $0.member("temperature", options.temperature) }
    put("top_p") { $0.member("top_p", options.topP) }
    if let topK = options.topK {
      if provider.has(.takesTopK) {
        put("top_k") { $0.member("top_k", topK) }
      } else {
        leaveOut("topK")
      }
    }
    if provider.has(.maxCompletionTokens) {
      put("max_completion_tokens") { $0.member("max_completion_tokens", options.maxTokens) }
    } else {
      put("max_tokens") { $0.member("max_tokens", options.maxTokens) }
    }
    if let stop = options.stop, !stop.isEmpty {
      put("stop") { $0.array("stop") { array in for text in stop { array.string(text) } } }
    }
    put("seed") { $0.member("seed", options.seed) }
    put("n") { $0.member("n", options.n) }
    put("presence_penalty") { $0.member("presence_penalty", options.presencePenalty) }
    put("frequency_penalty") { $0.member("frequency_penalty", options.frequencyPenalty) }
    put("logprobs") { $0.member("logprobs", options.logprobs ?? (options.topLogprobs == nil ? nil : true)) }
    put("top_logprobs") { $0.member("top_logprobs", options.topLogprobs) }
    if provider.has(.reasoningObject) {
      let reasoning = reasoningObject()
      if !reasoning.isEmpty { put("reasoning") { $0.member("reasoning", .object(reasoning)) } }
    } else {
      if let effort = options.reasoning {
        put("reasoning_effort") { $0.member("reasoning_effort", effort.rawValue) }
      }
      if options.reasoningBudget != nil { leaveOut("reasoningBudget") }
      if options.showsReasoning != nil { leaveOut("showsReasoning") }
    }
    if options.previousResponse != nil { leaveOut("previousResponse") }
    if options.isBackground != nil { leaveOut("isBackground") }
    if options.betas != nil { leaveOut("betas") }
    put("store") { $0.member("store", options.store) }
    put("response_format") { write(options.responseFormat, &$0) }
    let tools = request.tools.filter { isTaken($0) }
    if !tools.isEmpty { put("tools") { write(tools, &$0) } }
    put("tool_choice") { write(options.toolChoice, &$0) }
    put("parallel_tool_calls") { $0.member("parallel_tool_calls", options.parallelTools) }
    put("user") { $0.member("user", options.user) }
    if let metadata = options.metadata, !metadata.isEmpty {
      put("metadata") {
        $0.object("metadata") { object in
          for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { object.member(named: key, .string(value)) }
        }
      }
    }
    json.members(of: extra)
  }

  /// OpenRouter's: an effort or a number of tokens, and whether the thoughts are shown.
  private mutating func reasoningObject() -> JSONObject {
    let options = request.options
    var reasoning = JSONObject()
    if let effort = options.reasoning { reasoning["effort"] = .string(effort.rawValue) }
    if let budget = options.reasoningBudget {
      if options.reasoning == nil {
        reasoning["max_tokens"] = .number(JSONNumber(budget))
      } else {
        leaveOut("reasoningBudget beside an effort")
      }
    }
    if let shows = options.showsReasoning { reasoning["exclude"] = .bool(!shows) }
    return reasoning
  }

  // MARK: Structured options

  private func write(_ format: ResponseFormat?, _ json: inout JSONWriter) {
    switch format {
    case nil: break
    case .text?: json.object("response_format") { $0.member("type", "text") }
    case .json?: json.object("response_format") { $0.member("type", "json_object") }
    case .schema(let name, let schema, let isStrict)?:
      json.object("response_format") {
        $0.member("type", "json_schema")
        $0.object("json_schema") {
          $0.member("name", name)
          $0.member("schema", schema)
          $0.member("strict", isStrict)
        }
      }
    }
  }

  private func write(_ tools: [Tool], _ json: inout JSONWriter) {
    json.array("tools") { array in
      for tool in tools {
        if case .provider(let definition, _) = tool.kind {
          array.value(definition)
          continue
        }
        if case .custom(let format) = tool.kind {
          array.object {
            $0.member("type", "custom")
            $0.object("custom") {
              $0.member("name", tool.name)
              $0.member("description", tool.description)
              $0.member("format", format)
            }
          }
          continue
        }
        array.object {
          $0.member("type", "function")
          $0.object("function") {
            $0.member("name", tool.name)
            $0.member("description", tool.description)
            $0.member("parameters", tool.parameters)
            $0.member("strict", tool.isStrict)
          }
        }
      }
    }
  }

  private mutating func isTaken(_ tool: Tool) -> Bool {
    if tool.cachePoint != nil { leaveOut("cache points") }
    guard case .provider(_, let dialect) = tool.kind, dialect != .openAIChat else { return true }
    leaveOut("the tool \(tool.name) of the dialect \(dialect)")
    return false
  }

  private func write(_ choice: ToolChoice?, _ json: inout JSONWriter) {
    switch choice {
    case nil: break
    case .auto?: json.member("tool_choice", "auto")
    case .none?: json.member("tool_choice", "none")
    case .required?: json.member("tool_choice", "required")
    case .tool(let name)?:
      json.object("tool_choice") {
        $0.member("type", "function")
        $0.object("function") { $0.member("name", name) }
      }
    }
  }

  // MARK: Checks

  private func checkNumbers() throws(SpateError) {
    let options = request.options
    func check(_ name: StaticString, _ value: Double?) throws(SpateError) {
      guard let value, !value.isFinite else { return }
      throw SpateError(.badRequest, "\(name) is \(value): it must be a finite number")
    }
    try check("temperature", options.temperature)
    try check("topP", options.topP)
    try check("presencePenalty", options.presencePenalty)
    try check("frequencyPenalty", options.frequencyPenalty)
  }

  private mutating func leaveOut(_ option: String) {
    warnings.append(StreamWarning(.unsupportedOption, "\(provider.name) does not take \(option): it was left out"))
  }
}
