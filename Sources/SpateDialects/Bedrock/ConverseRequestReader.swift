// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Converse: the path and the bytes of a request to what is asked for.
///
/// Fields that have no name of ours, and those that say more than ours can hold, are kept in ``ChatOptions/extra``:
/// encoding the request again gives them back.
struct ConverseRequestReader {
  /// What was not read yet.
  private var fields: JSONObject
  private var options = ChatOptions()

  /// Throws what is wrong with the request, in words for its sender.
  static func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    guard let path = BedrockPath(request.path) else {
      throw SpateError(.badRequest, "the path names no model: /model/MODEL/converse")
    }
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: request.body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    var reader = ConverseRequestReader(fields: fields)
    return try reader.request(path)
  }

  private init(fields: JSONObject) { self.fields = fields }

  private mutating func request(_ path: BedrockPath) throws(SpateError) -> ChatRequest {
    guard let list = fields["messages"]?.array, !list.isEmpty else { throw wrong("messages", "a list of messages") }
    fields["messages"] = nil
    var messages: [Message] = []
    if let system = fields["system"] {
      fields["system"] = nil
      let content = try ConverseMessageReader.parts(system, at: "system", isAssistant: false)
      if !content.isEmpty { messages.append(Message(role: .system, content: content)) }
    }
    for (index, value) in list.enumerated() {
      messages += try ConverseMessageReader.read(value, at: "messages.\(index)")
    }
    try readConfig()
    let tools = try readTools()
    readMetadata()
    // More can be said here than ours can hold: read, and kept.
    options.reasoningBudget = fields["additionalModelRequestFields"]?["thinking"]?["budget_tokens"]?.int
    readFormat()
    options.extra = fields
    return ChatRequest(
      model: path.model, messages: messages, tools: tools, options: options,
      isStream: path.operation == "converse-stream")
  }

  // MARK: Options

  private mutating func readConfig() throws(SpateError) {
    guard let value = fields["inferenceConfig"], !value.isNull else { return }
    guard var config = value.object else { throw wrong("inferenceConfig", "an object") }
    func number(_ name: String) throws(SpateError) -> Double? {
      guard let value = config[name] else { return nil }
      guard let number = value.double else { throw wrong("inferenceConfig.\(name)", "a number") }
      return number
    }
    options.temperature = try number("temperature")
    options.topP = try number("topP")
    if let value = config["maxTokens"] {
      guard let count = value.int, count >= 1 else { throw wrong("inferenceConfig.maxTokens", "at least 1") }
      options.maxTokens = count
    }
    if let value = config["stopSequences"] {
      let texts = value.array?.compactMap(\.string)
      guard let texts, texts.count == value.array?.count else {
        throw wrong("inferenceConfig.stopSequences", "a list of texts")
      }
      options.stop = texts
    }
    for name in ["temperature", "topP", "maxTokens", "stopSequences"] { config[name] = nil }
    fields["inferenceConfig"] = config.isEmpty ? nil : .object(config)
  }

  private mutating func readMetadata() {
    guard let values = fields["requestMetadata"]?.object else { return }
    let texts = values.members.compactMap { member in member.value.string.map { (member.key, $0) } }
    guard texts.count == values.members.count else { return }
    options.metadata = Dictionary(texts, uniquingKeysWith: { $1 })
    fields["requestMetadata"] = nil
  }

  private mutating func readFormat() {
    guard let format = fields["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"],
      let text = format["schema"]?.string
    else { return }
    // Text that is no JSON is kept, like all of it.
    do throws(WireError) {
      let schema = try JSONValue(parsing: text)
      options.responseFormat = .schema(name: format["name"]?.string ?? "answer", schema)
    } catch {}
  }

  // MARK: Tools

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = fields["toolConfig"], !value.isNull else { return [] }
    guard var config = value.object, let list = config["tools"]?.array else {
      throw wrong("toolConfig.tools", "a list")
    }
    var tools: [Tool] = []
    for (index, entry) in list.enumerated() {
      if let point = entry["cachePoint"], let last = tools.indices.last, tools[last].cachePoint == nil {
        tools[last].cachePoint = CachePoint(lifetime: point["ttl"]?.string)
      } else {
        tools.append(try tool(entry, index))
      }
    }
    config["tools"] = nil
    readChoice(&config)
    fields["toolConfig"] = config.isEmpty ? nil : .object(config)
    return tools
  }

  private func tool(_ entry: JSONValue, _ index: Int) throws(SpateError) -> Tool {
    guard let spec = entry["toolSpec"]?.object else {
      guard entry.object != nil else { throw wrong("toolConfig.tools.\(index)", "an object") }
      var tool = Tool.provider(entry, dialect: .bedrockConverse)
      tool.name = entry["systemTool"]?["name"]?.string ?? ""
      return tool
    }
    guard let name = spec["name"]?.string, !name.isEmpty else {
      throw wrong("toolConfig.tools.\(index).toolSpec.name", "text")
    }
    guard let schema = spec["inputSchema"]?["json"] else {
      throw wrong("toolConfig.tools.\(index).toolSpec.inputSchema", "an object with json")
    }
    let known: Set = ["name", "description", "inputSchema", "strict"]
    guard spec.keys.allSatisfy(known.contains) else {
      var tool = Tool.provider(entry, dialect: .bedrockConverse)
      (tool.name, tool.parameters) = (name, schema)
      return tool
    }
    return Tool(
      name: name, description: spec["description"]?.string, parameters: schema, isStrict: spec["strict"]?.bool)
  }

  private mutating func readChoice(_ config: inout JSONObject) {
    guard let choice = config["toolChoice"] else { return }
    if choice["auto"] != nil {
      options.toolChoice = .auto
    } else if choice["any"] != nil {
      options.toolChoice = .required
    } else if let name = choice["tool"]?["name"]?.string {
      options.toolChoice = .tool(name)
    } else {
      return
    }
    config["toolChoice"] = nil
  }

  private func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name): must be \(expected)")
  }
}
