// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The bytes of a request in Ollama's shape to what is asked for. What has no name of ours is kept in
/// ``ChatOptions/extra``, as the encoder takes it.
struct OllamaRequestReader {
  private var fields: RequestFields
  private var options = ChatOptions()

  static func read(_ body: [UInt8]) throws(SpateError) -> ChatRequest {
    var reader = OllamaRequestReader(fields: try RequestFields(body: body))
    return try reader.request()
  }

  private init(fields: RequestFields) { self.fields = fields }

  private mutating func request() throws(SpateError) -> ChatRequest {
    let model = try fields.model()
    guard let list = fields.take("messages")?.array, !list.isEmpty else {
      throw SpateError(.badRequest, "the body has no messages")
    }
    var messages: [Message] = []
    for (index, value) in list.enumerated() {
      messages.append(try message(RequestFields(value.object ?? [:], prefix: "messages[\(index)].")))
    }
    // Who says nothing gets a stream.
    let isStream = try fields.bool("stream") ?? true
    let tools = try readTools()
    try readOptions()
    readThinking()
    readFormat()
    options.logprobs = try fields.bool("logprobs")
    options.topLogprobs = try fields.integer("top_logprobs", atLeast: 0)
    options.extra.merge(fields.rest)
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func readOptions() throws(SpateError) {
    guard let object = fields.take("options")?.object else { return }
    var numbers = RequestFields(object, prefix: "options.")
    options.temperature = try numbers.number("temperature")
    options.topP = try numbers.number("top_p")
    options.topK = try numbers.integer("top_k")
    options.maxTokens = try numbers.integer("num_predict")
    options.seed = try numbers.integer("seed")
    options.presencePenalty = try numbers.number("presence_penalty")
    options.frequencyPenalty = try numbers.number("frequency_penalty")
    options.stop = try numbers.texts("stop")
    if !numbers.rest.isEmpty { options.extra["options"] = .object(numbers.rest) }
  }

  private mutating func readThinking() {
    switch fields.take("think") {
    case .bool(true)?: options.showsReasoning = true
    case .bool(false)?: options.reasoning = ReasoningEffort.none
    case .string(let word)?: options.reasoning = ReasoningEffort(rawValue: word)
    default: break
    }
  }

  private mutating func readFormat() {
    switch fields.take("format") {
    case "json"?: options.responseFormat = .json
    case .object(let schema)?: options.responseFormat = .schema(name: "schema", .object(schema))
    default: break
    }
  }

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = fields.take("tools") else { return [] }
    guard let list = value.array else { throw fields.wrong("tools", "a list") }
    var tools: [Tool] = []
    for (index, entry) in list.enumerated() {
      guard let function = entry["function"]?.object, let name = function["name"]?.string, !name.isEmpty else {
        throw fields.wrong("tools[\(index)].function", "an object with a name")
      }
      var tool = Tool(name: name, description: function["description"]?.string)
      if let parameters = function["parameters"] { tool.parameters = parameters }
      tools.append(tool)
    }
    return tools
  }

  // MARK: Messages

  private func message(_ fields: RequestFields) throws(SpateError) -> Message {
    var fields = fields
    let role = try fields.string("role") ?? ""
    let text = try fields.string("content") ?? ""
    var parts: [ContentPart] = []
    if role == "assistant", let thoughts = try fields.string("thinking"), !thoughts.isEmpty {
      parts.append(.reasoning(Reasoning(text: thoughts)))
    }
    if !text.isEmpty || role != "assistant" { parts.append(.text(text)) }
    for image in fields.take("images")?.array ?? [] {
      guard let bytes = image.string.flatMap({ Base64.decode($0) }) else {
        throw fields.wrong("images", "a list of images in base64")
      }
      parts.append(.image(.bytes(bytes, mediaType: Self.mediaType(of: bytes))))
    }
    switch role {
    case "system": return Message(role: .system, content: parts)
    case "user": return Message(role: .user, content: parts)
    case "assistant":
      for value in fields.take("tool_calls")?.array ?? [] { parts.append(.toolCall(try call(value, fields))) }
      return Message(role: .assistant, content: parts.isEmpty ? [.text("")] : parts)
    case "tool":
      var name = try fields.string("tool_name")
      if name == nil { name = try fields.string("name") }
      let id = try fields.string("tool_call_id") ?? ""
      return Message(role: .tool, content: [.toolResult(ToolResult(callID: id, name: name, content: parts))])
    default:
      let word = DisplayText.bounded(role, limit: 40)
      throw fields.wrong("role", "system, user, assistant or tool, not \(word)")
    }
  }

  private func call(_ value: JSONValue, _ fields: RequestFields) throws(SpateError) -> ToolCall {
    guard let name = value["function"]?["name"]?.string else {
      throw fields.wrong("tool_calls", "functions with a name and arguments")
    }
    let arguments = value["function"]?["arguments"]
    return ToolCall(
      id: value["id"]?.string ?? "", name: name, arguments: arguments?.string ?? arguments?.description ?? "{}")
  }

  /// By the first bytes: the wire does not say it.
  private static func mediaType(of bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFF, 0xD8]) { return "image/jpeg" }
    if bytes.starts(with: Array("RIFF".utf8)) { return "image/webp" }
    if bytes.starts(with: Array("GIF8".utf8)) { return "image/gif" }
    return "image/png"
  }
}
