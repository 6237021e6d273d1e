// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of the OpenAI chat dialect: the bytes of a request to what is asked for.
///
/// Fields that have no name of ours, and those that say more than ours can hold, are kept in ``ChatOptions/extra``:
/// encoding the request again gives them back. Unknown fields inside a message are left out.
package struct ChatRequestReader {
  /// What was not read yet.
  private var fields: JSONObject
  private var options = ChatOptions()

  /// Reads one message; its place is for errors.
  typealias MessageReader = (_ message: JSONValue, _ place: String) throws(SpateError) -> Message

  /// Throws what is wrong with the body, in words for its sender.
  package static func read(_ body: [UInt8]) throws(SpateError) -> ChatRequest {
    try read(body) { (message, place) throws(SpateError) in try ChatMessageReader.read(message, at: place) }
  }

  /// The same with messages of a dialect that has them otherwise.
  static func read(_ body: [UInt8], messages: MessageReader) throws(SpateError) -> ChatRequest {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    var reader = ChatRequestReader(fields: fields)
    return try reader.request(messages)
  }

  private init(fields: JSONObject) { self.fields = fields }

  private mutating func request(_ read: MessageReader) throws(SpateError) -> ChatRequest {
    guard let model = try string("model"), !model.isEmpty else {
      throw SpateError(.badRequest, "the body names no model")
    }
    guard case .array(let list)? = take("messages"), !list.isEmpty else {
      throw SpateError(.badRequest, "the body has no messages")
    }
    var messages: [Message] = []
    for (index, value) in list.enumerated() {
      messages.append(try read(value, "messages[\(index)]"))
    }
    let isStream = try bool("stream") ?? false
    let tools = try readTools()
    try readStreamOptions(isStream)
    try readNumbers()
    try readStop()
    try readReasoning()
    readResponseFormat()
    readToolChoice()
    readMetadata()
    options.user = try string("user")
    options.store = try bool("store")
    options.extra = fields
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func readNumbers() throws(SpateError) {
    options.temperature = try number("temperature")
    options.topP = try number("top_p")
    options.topK = try integer("top_k")
    // The newer name counts.
    options.maxTokens = try integer("max_completion_tokens", atLeast: 1)
    if options.maxTokens == nil { options.maxTokens = try integer("max_tokens", atLeast: 1) }
    options.seed = try integer("seed")
    options.n = try integer("n", atLeast: 1)
    options.presencePenalty = try number("presence_penalty")
    options.frequencyPenalty = try number("frequency_penalty")
    options.logprobs = try bool("logprobs")
    options.topLogprobs = try integer("top_logprobs", atLeast: 0)
    options.parallelTools = try bool("parallel_tool_calls")
  }

  private mutating func readStreamOptions(_ isStream: Bool) throws(SpateError) {
    let value = take("stream_options")
    let asked = value?["include_usage"]?.bool
    // Rule D10: who does not ask gets none.
    options.streamUsage = asked ?? (isStream ? false : nil)
    if let members = value?.object, members.members.contains(where: { $0.key != "include_usage" }) || !isStream {
      fields["stream_options"] = value
    }
  }

  private mutating func readStop() throws(SpateError) {
    switch take("stop") {
    case nil: break
    case .string(let text)?: options.stop = [text]
    case .array(let list)?:
      let texts = list.compactMap(\.string)
      guard texts.count == list.count else { throw wrong("stop", "text, or a list of texts") }
      options.stop = texts
    default: throw wrong("stop", "text, or a list of texts")
    }
  }

  private mutating func readReasoning() throws(SpateError) {
    let object = take("reasoning")
    if let effort = try string("reasoning_effort") {
      options.reasoning = ReasoningEffort(rawValue: effort)
      fields["reasoning"] = object
    } else if let effort = object?["effort"]?.string {
      options.reasoning = ReasoningEffort(rawValue: effort)
      if object?.object?.keys != ["effort"] { fields["reasoning"] = object }
    } else {
      fields["reasoning"] = object
    }
  }

  private mutating func readResponseFormat() {
    let value = take("response_format")
    let schema = value?["json_schema"]
    switch value?["type"]?.string {
    case "text" where value?.object?.keys == ["type"]: options.responseFormat = .text
    case "json_object" where value?.object?.keys == ["type"]: options.responseFormat = .json
    case "json_schema":
      if let name = schema?["name"]?.string, let shape = schema?["schema"] {
        options.responseFormat = .schema(name: name, shape, isStrict: schema?["strict"]?.bool ?? false)
      }
      let known: Set = ["name", "schema", "strict"]
      if options.responseFormat == nil || schema?.object?.keys.contains(where: { !known.contains($0) }) == true {
        fields["response_format"] = value
      }
    default: fields["response_format"] = value
    }
  }

  private mutating func readMetadata() {
    guard let value = take("metadata") else { return }
    var labels: [String: String] = [:]
    for (key, value) in value.object?.members ?? [] { labels[key] = value.string }
    options.metadata = labels
    if labels.count != value.object?.members.count { fields["metadata"] = value }
  }

  // MARK: Tools

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = take("tools") else { return [] }
    guard let list = value.array else { throw wrong("tools", "a list") }
    var tools: [Tool] = []
    var isPlain = true
    for (index, entry) in list.enumerated() {
      // Tools of other kinds are the provider's own: they are kept as they are.
      guard entry["type"]?.string ?? "function" == "function" else {
        isPlain = false
        continue
      }
      guard let function = entry["function"]?.object, let name = function["name"]?.string, !name.isEmpty else {
        throw wrong("tools[\(index)].function", "an object with a name")
      }
      var tool = Tool(name: name, description: function["description"]?.string, isStrict: function["strict"]?.bool)
      if let parameters = function["parameters"] { tool.parameters = parameters }
      tools.append(tool)
      let known: Set = ["name", "description", "parameters", "strict"]
      if function.keys.contains(where: { !known.contains($0) }) || entry.object?.members.count != 2 { isPlain = false }
    }
    if !isPlain { fields["tools"] = value }
    return tools
  }

  private mutating func readToolChoice() {
    let value = take("tool_choice")
    switch value {
    case "auto"?: options.toolChoice = .auto
    case "none"?: options.toolChoice = ToolChoice.none
    case "required"?: options.toolChoice = .required
    default:
      if value?["type"]?.string == "function", let name = value?["function"]?["name"]?.string {
        options.toolChoice = .tool(name)
      } else {
        fields["tool_choice"] = value
      }
    }
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

  private mutating func integer(_ name: String, atLeast minimum: Int? = nil) throws(SpateError) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.int else { throw wrong(name, "a whole number") }
    if let minimum, number < minimum { throw wrong(name, "at least \(minimum)") }
    return number
  }

  private func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name) must be \(expected)")
  }
}
