// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The bytes of a request in Cohere's shape to what is asked for. What has no name of ours is kept in
/// ``ChatOptions/extra``.
struct CohereRequestReader {
  private var fields: RequestFields
  private var options = ChatOptions()

  static func read(_ body: [UInt8]) throws(SpateError) -> ChatRequest {
    var reader = CohereRequestReader(fields: try RequestFields(body: body))
    return try reader.request()
  }

  private init(fields: RequestFields) { self.fields = fields }

  private mutating func request() throws(SpateError) -> ChatRequest {
    let model = try fields.model()
    guard let list = fields.take("messages")?.array, !list.isEmpty else {
      throw SpateError(.badRequest, "the body has no messages")
    }
    var messages: [Message] = []
    for (index, value) in list.enumerated() { messages.append(try Self.message(value, at: "messages[\(index)]")) }
    let isStream = try fields.bool("stream") ?? false
    let tools = try readTools()
    options.temperature = try fields.number("temperature")
    options.topP = try fields.number("p")
    options.topK = try fields.integer("k")
    options.maxTokens = try fields.integer("max_tokens", atLeast: 1)
    options.seed = try fields.integer("seed")
    options.presencePenalty = try fields.number("presence_penalty")
    options.frequencyPenalty = try fields.number("frequency_penalty")
    options.stop = try fields.texts("stop_sequences")
    options.logprobs = try fields.bool("logprobs")
    readThinking()
    readFormat()
    readToolChoice()
    options.extra = fields.rest
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func readThinking() {
    guard let value = fields.take("thinking") else { return }
    if value == ["type": "disabled"] {
      options.reasoning = ReasoningEffort.none
    } else if value["type"] == "enabled", let budget = value["token_budget"]?.int {
      options.reasoningBudget = budget
    } else {
      // On, and not how much.
      fields.rest["thinking"] = value
    }
  }

  private mutating func readFormat() {
    guard let value = fields.take("response_format") else { return }
    switch (value["type"], value["json_schema"]) {
    case ("text"?, nil): options.responseFormat = .text
    case ("json_object"?, nil): options.responseFormat = .json
    case ("json_object"?, let schema?): options.responseFormat = .schema(name: "schema", schema)
    default: fields.rest["response_format"] = value
    }
  }

  private mutating func readToolChoice() {
    switch fields.take("tool_choice") {
    case nil: break
    case "REQUIRED"?: options.toolChoice = .required
    case "NONE"?: options.toolChoice = ToolChoice.none
    case let value?: fields.rest["tool_choice"] = value
    }
  }

  private mutating func readTools() throws(SpateError) -> [Tool] {
    let isStrict = try fields.bool("strict_tools")
    guard let value = fields.take("tools") else { return [] }
    guard let list = value.array else { throw fields.wrong("tools", "a list") }
    var tools: [Tool] = []
    for (index, entry) in list.enumerated() {
      guard let function = entry["function"]?.object, let name = function["name"]?.string, !name.isEmpty else {
        throw fields.wrong("tools[\(index)].function", "an object with a name")
      }
      var tool = Tool(name: name, description: function["description"]?.string, isStrict: isStrict)
      if let parameters = function["parameters"] { tool.parameters = parameters }
      tools.append(tool)
    }
    return tools
  }

  // MARK: Messages

  /// A plan and citations have no place of ours: they are a part of the dialect's own.
  private static func message(_ value: JSONValue, at place: String) throws(SpateError) -> Message {
    guard var fields = value.object else { throw SpateError(.badRequest, "\(place) must be an object") }
    if fields["role"] == "tool", let list = fields["content"]?.array {
      fields["content"] = .array(list.map(text))
    }
    guard fields["role"] == "assistant" else { return try ChatMessageReader.read(.object(fields), at: place) }
    var parts: [ContentPart] = []
    if let list = fields["content"]?.array {
      fields["content"] = nil
      for value in list {
        if let thought = value["thinking"]?.string {
          parts.append(.reasoning(Reasoning(text: thought)))
        } else if let text = value["text"]?.string {
          parts.append(.text(text))
        }
      }
    }
    var own: JSONObject = [:]
    for name in ["tool_plan", "citations"] {
      if let value = fields[name], !value.isNull { own[name] = value }
      fields[name] = nil
    }
    if !own.isEmpty { parts.append(.native(NativePart(dialect: .cohere, type: "tool_plan", value: .object(own)))) }
    let rest = try ChatMessageReader.read(.object(fields), at: place)
    // Beside other parts an empty text says nothing.
    parts += rest.content.filter { parts.isEmpty || $0 != .text("") }
    return Message(role: .assistant, content: parts)
  }

  /// A document of a tool's result as text.
  private static func text(_ part: JSONValue) -> JSONValue {
    guard let document = part["document"] else { return part }
    let data = document["data"] ?? document
    return ["type": "text", "text": .string(data.string ?? data.description)]
  }
}
