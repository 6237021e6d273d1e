// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Gemini's generateContent: the bytes of a request to what is asked for.
///
/// Fields that have no name of ours, and those that say more than ours can hold, are kept in ``ChatOptions/extra``:
/// encoding the request again gives them back.
struct GeminiRequestReader {
  private var fields: GeminiFields
  private var options = ChatOptions()

  /// Throws what is wrong with the body, in words for its sender. Model and form stand in the path.
  static func read(_ body: [UInt8], model: String, isStream: Bool) throws(SpateError) -> ChatRequest {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let object = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    var reader = GeminiRequestReader(fields: GeminiFields(object))
    return try reader.request(model, isStream)
  }

  private init(fields: GeminiFields) { self.fields = fields }

  private mutating func request(_ model: String, _ isStream: Bool) throws(SpateError) -> ChatRequest {
    guard let contents = fields.take("contents"), let list = contents.array ?? contents.object.map({ [.object($0)] }),
      !list.isEmpty
    else { throw SpateError(.badRequest, "GenerateContentRequest.contents: contents is not specified") }
    var messages: [Message] = []
    var reader = GeminiMessageReader()
    if let system = fields.take("systemInstruction") {
      let content = try reader.parts(system, at: "system_instruction", isModel: false)
      messages.append(Message(role: .system, content: content))
    }
    for (index, value) in list.enumerated() { messages += try reader.read(value, at: "contents[\(index)]") }
    let tools = try readTools()
    readToolChoice()
    if let config = fields.take("generationConfig") { try read(config) }
    readLabels()
    options.extra = fields.rest
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func read(_ value: JSONValue) throws(SpateError) {
    guard let object = value.object else { throw GeminiFields.wrong("generation_config", "an object") }
    var config = GeminiFields(object)
    options.temperature = try config.number("temperature")
    options.topP = try config.number("topP")
    options.topK = try config.number("topK").flatMap { Int(exactly: $0) }
    options.maxTokens = try config.integer("maxOutputTokens", atLeast: 1)
    options.seed = try config.integer("seed")
    options.n = try config.integer("candidateCount", atLeast: 1)
    options.presencePenalty = try config.number("presencePenalty")
    options.frequencyPenalty = try config.number("frequencyPenalty")
    options.logprobs = try config.bool("responseLogprobs")
    options.topLogprobs = try config.integer("logprobs", atLeast: 0)
    if let stop = config.take("stopSequences") {
      let texts = stop.array?.compactMap(\.string)
      guard let texts, texts.count == stop.array?.count else {
        throw GeminiFields.wrong("generation_config.stop_sequences", "a list of texts")
      }
      options.stop = texts
    }
    try readFormat(&config)
    try readThinking(&config)
    if !config.rest.isEmpty { fields.keep("generationConfig", .object(config.rest)) }
  }

  private mutating func readFormat(_ config: inout GeminiFields) throws(SpateError) {
    let type = try config.string("responseMimeType")
    // Google's own form of a schema has types of its own: it is read, and kept as it is.
    let own = config.peek("responseSchema")
    switch type {
    case nil: break
    case "text/plain"?: options.responseFormat = .text
    case "application/json"?:
      if let schema = config.take("responseJsonSchema") ?? own {
        options.responseFormat = .schema(name: "answer", schema)
        if own != nil { config.keep("responseMimeType", "application/json") }
      } else {
        options.responseFormat = .json
      }
    case let type?: config.keep("responseMimeType", .string(type))
    }
  }

  private mutating func readThinking(_ config: inout GeminiFields) throws(SpateError) {
    guard let value = config.take("thinkingConfig"), let object = value.object else { return }
    var thinking = GeminiFields(object)
    options.showsReasoning = try thinking.bool("includeThoughts")
    options.reasoningBudget = try thinking.integer("thinkingBudget")
    if let level = try thinking.string("thinkingLevel") {
      options.reasoning = ReasoningEffort(rawValue: level.lowercased())
    }
    if !thinking.rest.isEmpty { config.keep("thinkingConfig", value) }
  }

  private mutating func readLabels() {
    guard let value = fields.take("labels") else { return }
    var labels: [String: String] = [:]
    for (key, value) in value.object?.members ?? [] { labels[key] = value.string }
    options.metadata = labels
  }

  // MARK: Tools

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = fields.take("tools") else { return [] }
    guard let list = value.array ?? value.object.map({ [.object($0)] }) else {
      throw GeminiFields.wrong("tools", "a list")
    }
    var tools: [Tool] = []
    var isPlain = true
    for (index, entry) in list.enumerated() {
      guard let object = entry.object else { throw GeminiFields.wrong("tools[\(index)]", "an object") }
      var entry = GeminiFields(object)
      for (number, declaration) in (entry.take("functionDeclarations")?.array ?? []).enumerated() {
        let place = "tools[\(index)].function_declarations[\(number)]"
        let (tool, isWhole) = try Self.tool(declaration, place)
        tools.append(tool)
        isPlain = isPlain && isWhole && index == 0
      }
      if !entry.rest.isEmpty { tools.append(.provider(.object(entry.rest), dialect: .gemini)) }
      // Encoding writes each of Google's own tools as an entry of its own.
      if entry.rest.members.count < object.members.count, !entry.rest.isEmpty { isPlain = false }
    }
    if !isPlain { fields.keep("tools", value) }
    return tools
  }

  /// A function, and whether that is all that was said of it.
  private static func tool(_ value: JSONValue, _ place: String) throws(SpateError) -> (Tool, Bool) {
    guard let object = value.object else { throw GeminiFields.wrong(place, "an object") }
    var declaration = GeminiFields(object)
    guard let name = try declaration.string("name"), !name.isEmpty else {
      throw GeminiFields.wrong("\(place).name", "text")
    }
    var tool = Tool(name: name, description: try declaration.string("description"))
    if let schema = declaration.take("parametersJsonSchema") {
      tool.parameters = schema
    } else if let schema = declaration.peek("parameters") {
      tool.parameters = plain(schema)
    }
    return (tool, declaration.rest.isEmpty)
  }

  /// Google's own form of a schema writes the types in capitals.
  private static func plain(_ schema: JSONValue) -> JSONValue {
    switch schema {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { key, value in
            if key == "type", let type = value.string { return (key, .string(type.lowercased())) }
            return (key, plain(value))
          }))
    case .array(let list): .array(list.map(plain))
    default: schema
    }
  }

  private mutating func readToolChoice() {
    guard let value = fields.take("toolConfig"), let object = value.object else { return }
    var config = GeminiFields(object)
    var calling = GeminiFields(config.take("functionCallingConfig")?.object ?? [:])
    let names = calling.take("allowedFunctionNames")?.array?.compactMap(\.string) ?? []
    switch calling.take("mode")?.string?.uppercased() {
    case "AUTO": options.toolChoice = .auto
    case "NONE": options.toolChoice = ToolChoice.none
    case "ANY" where names.count == 1: options.toolChoice = .tool(names[0])
    case "ANY":
      options.toolChoice = .required
      if !names.isEmpty { fields.keep("toolConfig", value) }
    default: fields.keep("toolConfig", value)
    }
    if !config.rest.isEmpty || !calling.rest.isEmpty { fields.keep("toolConfig", value) }
  }
}
