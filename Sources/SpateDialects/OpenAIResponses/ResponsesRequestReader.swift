// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of OpenAI's Responses: the bytes of a request to what is asked for.
///
/// Fields that have no name of ours, and those that say more than ours can hold, are kept in ``ChatOptions/extra``:
/// encoding the request again gives them back.
package struct ResponsesRequestReader {
  private var fields: RequestFields
  private var options = ChatOptions()

  /// Throws what is wrong with the body, in words for its sender.
  package static func read(_ body: [UInt8]) throws(SpateError) -> ChatRequest {
    var reader = ResponsesRequestReader(fields: try RequestFields(body: body))
    return try reader.request()
  }

  private init(fields: RequestFields) { self.fields = fields }

  private mutating func request() throws(SpateError) -> ChatRequest {
    let model = try fields.model()
    var messages: [Message] = []
    if let instructions = try fields.string("instructions") { messages.append(.system(instructions)) }
    switch fields.take("input") {
    case .string(let text)?: messages.append(.user(text))
    case .array(let list)? where !list.isEmpty: messages += try ResponsesInputReader.read(list)
    case nil: throw SpateError(.badRequest, "the body has no input")
    default: throw fields.wrong("input", "text, or a list of items")
    }
    let isStream = try fields.bool("stream") ?? false
    let tools = try readTools()
    options.temperature = try fields.number("temperature")
    options.topP = try fields.number("top_p")
    options.topK = try fields.integer("top_k")
    options.maxTokens = try fields.integer("max_output_tokens", atLeast: 1)
    options.topLogprobs = try fields.integer("top_logprobs", atLeast: 0)
    options.parallelTools = try fields.bool("parallel_tool_calls")
    options.user = try fields.string("user")
    options.store = try fields.bool("store")
    options.previousResponse = try fields.string("previous_response_id")
    options.isBackground = try fields.bool("background")
    readReasoning()
    readInclude()
    readFormat()
    readToolChoice(tools)
    readMetadata()
    options.extra = fields.rest
    return ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
  }

  // MARK: Options

  private mutating func readReasoning() {
    guard let value = fields.take("reasoning") else { return }
    let effort = value["effort"]?.string
    if let effort { options.reasoning = ReasoningEffort(rawValue: effort) }
    switch value["summary"] {
    // The encoder asks for summaries by itself.
    case "auto"?: options.showsReasoning = effort == nil || effort == "none" ? true : nil
    case nil, .null?: options.showsReasoning = effort == nil || effort == "none" ? nil : false
    default: break
    }
    let known: Set = ["effort", "summary"]
    let isKnown = value.object?.keys.allSatisfy(known.contains) == true && value["summary"] ?? "auto" == "auto"
    if !isKnown || effort == "none" && value["summary"] != nil { fields.rest["reasoning"] = value }
  }

  private mutating func readInclude() {
    guard let value = fields.take("include") else { return }
    let list = value.array ?? []
    let logprobs: JSONValue = "message.output_text.logprobs"
    if list.contains(logprobs) { options.logprobs = true }
    let effort = options.reasoning
    let wantsReasoning = effort != ReasoningEffort.none && (effort != nil || options.showsReasoning == true)
    var own: [JSONValue] = []
    if wantsReasoning, options.store != true { own.append("reasoning.encrypted_content") }
    if options.logprobs == true { own.append(logprobs) }
    if list != own { fields.rest["include"] = value }
  }

  private mutating func readFormat() {
    guard let value = fields.take("text") else { return }
    let format = value["format"]
    switch format?["type"]?.string {
    case "text": options.responseFormat = .text
    case "json_object": options.responseFormat = .json
    case "json_schema":
      if let name = format?["name"]?.string, let schema = format?["schema"] {
        options.responseFormat = .schema(name: name, schema, isStrict: format?["strict"]?.bool ?? false)
      }
    default: break
    }
    let known: Set = ["type", "name", "schema", "strict"]
    let isKnown =
      options.responseFormat != nil && value.object?.keys == ["format"]
      && format?.object?.keys.allSatisfy(known.contains) == true
    if !isKnown { fields.rest["text"] = value }
  }

  private mutating func readMetadata() {
    guard let value = fields.take("metadata") else { return }
    var labels: [String: String] = [:]
    for (key, value) in value.object?.members ?? [] { labels[key] = value.string }
    options.metadata = labels
    if labels.count != value.object?.members.count { fields.rest["metadata"] = value }
  }

  // MARK: Tools

  private mutating func readTools() throws(SpateError) -> [Tool] {
    guard let value = fields.take("tools") else { return [] }
    guard let list = value.array else { throw fields.wrong("tools", "a list") }
    var tools: [Tool] = []
    for (index, entry) in list.enumerated() {
      guard let type = entry["type"]?.string else { throw fields.wrong("tools[\(index)].type", "text") }
      // Tools of other kinds are the provider's own, and so are functions that say more than ours can hold.
      let known: Set = ["type", "name", "description", type == "custom" ? "format" : "parameters", "strict"]
      guard type == "function" || type == "custom", entry.object?.keys.allSatisfy(known.contains) == true else {
        tools.append(.provider(entry, dialect: .openAIResponses))
        continue
      }
      guard let name = entry["name"]?.string, !name.isEmpty else {
        throw fields.wrong("tools[\(index)].name", "text")
      }
      var tool = Tool(name: name, description: entry["description"]?.string, isStrict: entry["strict"]?.bool)
      if type == "custom" { tool.kind = .custom(format: entry["format"]) }
      if let parameters = entry["parameters"], !parameters.isNull { tool.parameters = parameters }
      tools.append(tool)
    }
    return tools
  }

  private mutating func readToolChoice(_ tools: [Tool]) {
    guard let value = fields.take("tool_choice") else { return }
    switch value {
    case "auto": options.toolChoice = .auto
    case "none": options.toolChoice = ToolChoice.none
    case "required": options.toolChoice = .required
    default:
      let type = value["type"]?.string
      if type == "function" || type == "custom", let name = value["name"]?.string, value.object?.members.count == 2 {
        options.toolChoice = .tool(name)
      } else {
        fields.rest["tool_choice"] = value
      }
    }
  }
}
