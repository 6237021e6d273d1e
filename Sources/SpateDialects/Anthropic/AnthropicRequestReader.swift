// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Anthropic's Messages: the bytes of a request to what is asked for.
///
/// Fields that have no name of ours, and those that say more than ours can hold, are kept in ``ChatOptions/extra``:
/// encoding the request again gives them back.
struct AnthropicRequestReader {
  /// What was not read yet.
  private var fields: JSONObject
  private var options = ChatOptions()

  /// Throws what is wrong with the body, in words for its sender.
  static func read(_ body: [UInt8]) throws(SpateError) -> ChatRequest {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    var reader = AnthropicRequestReader(fields: fields)
    return try reader.request()
  }

  private init(fields: JSONObject) { self.fields = fields }

  private mutating func request() throws(SpateError) -> ChatRequest {
    guard let model = try string("model"), !model.isEmpty else {
      throw SpateError(.badRequest, "model: Field required")
    }
    guard case .array(let list)? = take("messages"), !list.isEmpty else {
      throw SpateError(.badRequest, "messages: at least one message is required")
    }
    var messages: [Message] = []
    if let system = take("system") {
      let content = try AnthropicMessageReader.parts(system, at: "system", isAssistant: false)
      messages.append(Message(role: .system, content: content))
    }
    for (index, value) in list.enumerated() {
      messages += try AnthropicMessageReader.read(value, at: "messages.\(index)")
    }
    guard let maxTokens = try integer("max_tokens") else {
      throw SpateError(.badRequest, "max_tokens: Field required")
    }
    guard maxTokens >= 0 else { throw wrong("max_tokens", "at least 0") }
    options.maxTokens = maxTokens
    let isStream = try bool("stream") ?? false
    options.temperature = try number("temperature")
    options.topP = try number("top_p")
    options.topK = try integer("top_k")
    try readStop()
    let tools = try readTools()
    readToolChoice()
    readThinking()
    readMetadata()
    options.extra = fields
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func readStop() throws(SpateError) {
    guard let value = take("stop_sequences") else { return }
    let texts = value.array?.compactMap(\.string)
    guard let texts, texts.count == value.array?.count else { throw wrong("stop_sequences", "a list of texts") }
    options.stop = texts
  }

  /// What it asks for is read, and its own words are kept: there are more ways to say it than ours.
  private mutating func readThinking() {
    switch fields["thinking"]?["type"]?.string {
    case "disabled"?: options.reasoning = ReasoningEffort.none
    case "enabled"?: options.reasoningBudget = fields["thinking"]?["budget_tokens"]?.int
    case "adaptive"?: options.reasoning = .medium
    default: break
    }
    if let effort = fields["output_config"]?["effort"]?.string { options.reasoning = ReasoningEffort(rawValue: effort) }
    if let schema = fields["output_config"]?["format"]?["schema"] {
      options.responseFormat = .schema(name: "answer", schema)
    }
  }

  private mutating func readMetadata() {
    guard let value = fields["metadata"] else { return }
    options.user = value["user_id"]?.string
    if value.object?.keys == ["user_id"] { fields["metadata"] = nil }
  }

  // MARK: Tools

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = take("tools") else { return [] }
    guard let list = value.array else { throw wrong("tools", "a list") }
    var tools: [Tool] = []
    for (index, entry) in list.enumerated() {
      guard let definition = entry.object else { throw wrong("tools.\(index)", "an object") }
      tools.append(try tool(definition, index))
    }
    return tools
  }

  private func tool(_ definition: JSONObject, _ index: Int) throws(SpateError) -> Tool {
    var definition = definition
    var point: CachePoint?
    if let control = definition["cache_control"], !control.isNull {
      point = CachePoint(lifetime: control["ttl"]?.string)
      definition["cache_control"] = nil
    }
    let known: Set = ["type", "name", "description", "input_schema", "strict"]
    let type = definition["type"]?.string ?? "custom"
    var tool: Tool
    if type == "custom", definition.keys.allSatisfy(known.contains) {
      guard let name = definition["name"]?.string, !name.isEmpty else { throw wrong("tools.\(index).name", "text") }
      guard let schema = definition["input_schema"], schema.object != nil else {
        throw wrong("tools.\(index).input_schema", "an object")
      }
      tool = Tool(
        name: name, description: definition["description"]?.string, parameters: schema,
        isStrict: definition["strict"]?.bool)
    } else {
      // The provider's own, or one with more to it than our names say: kept in Anthropic's words.
      tool = .provider(.object(definition), dialect: .anthropic)
      if type == "custom", let schema = definition["input_schema"] { tool.parameters = schema }
    }
    tool.cachePoint = point
    return tool
  }

  private mutating func readToolChoice() {
    guard let value = take("tool_choice") else { return }
    switch value["type"]?.string {
    case "auto"?: options.toolChoice = .auto
    case "any"?: options.toolChoice = .required
    case "none"?: options.toolChoice = ToolChoice.none
    case "tool"?: options.toolChoice = value["name"]?.string.map(ToolChoice.tool)
    default: fields["tool_choice"] = value
    }
    options.parallelTools = value["disable_parallel_tool_use"]?.bool.map { !$0 }
  }

  // MARK: Values

  /// The value, which is read now; null is none.
  private mutating func take(_ name: String) -> JSONValue? {
    guard let value = fields[name] else { return nil }
    fields[name] = nil
    // A bare nil here would be JSON's null.
    return value.isNull ? Optional.none : value
  }

  private mutating func string(_ name: String) throws(SpateError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else { throw wrong(name, "text") }
    return text
  }

  private mutating func bool(_ name: String) throws(SpateError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard let bool = value.bool else { throw wrong(name, "true or false") }
    return bool
  }

  private mutating func number(_ name: String) throws(SpateError) -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = value.double else { throw wrong(name, "a number") }
    return number
  }

  private mutating func integer(_ name: String) throws(SpateError) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.int else { throw wrong(name, "a whole number") }
    return number
  }

  private func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name): must be \(expected)")
  }
}
