// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Reads the input items of a request: items that a model made, one after the other, are its turn.
struct ResponsesInputReader {
  private var messages: [Message] = []

  static func read(_ items: [JSONValue]) throws(SpateError) -> [Message] {
    var reader = ResponsesInputReader()
    for (index, item) in items.enumerated() { try reader.add(item, at: "input[\(index)]") }
    return reader.messages
  }

  private mutating func add(_ item: JSONValue, at place: String) throws(SpateError) {
    guard let fields = item.object else { throw Self.wrong(place, "an object") }
    switch fields["type"]?.string ?? "message" {
    case "message": try addMessage(fields, at: place)
    case "function_call", "custom_tool_call": addToTurn([.toolCall(try call(fields, at: place))])
    case "function_call_output", "custom_tool_call_output":
      guard let id = fields["call_id"]?.string else { throw Self.wrong("\(place).call_id", "text") }
      let content = try parts(fields["output"], at: "\(place).output")
      addResult(.toolResult(ToolResult(callID: id, content: content)))
    case "reasoning":
      let texts = (fields["summary"]?.array ?? []) + (fields["content"]?.array ?? [])
      let text = texts.compactMap { $0["text"]?.string }.joined()
      addToTurn([.reasoning(Reasoning(text: text, details: item, dialect: .openAIResponses))])
    case let type:
      let native = NativePart(dialect: .openAIResponses, type: type, value: item)
      // What a user's side answers is called an output, or refers to an item.
      if let tool = ProviderTool(responses: item), !Self.isAnswer(type) {
        addToTurn([.providerTool(tool)])
      } else if Self.isAnswer(type) {
        addResult(.native(native))
      } else {
        addToTurn([.native(native)])
      }
    }
  }

  private static func isAnswer(_ type: String) -> Bool {
    ["computer_call_output", "local_shell_call_output", "apply_patch_call_output", "mcp_approval_response"]
      .contains(type)
  }

  private mutating func addToTurn(_ parts: [ContentPart]) {
    if let last = messages.indices.last, messages[last].role == .assistant {
      messages[last].content += parts
    } else {
      messages.append(.assistant(parts))
    }
  }

  private mutating func addResult(_ part: ContentPart) {
    if let last = messages.indices.last, messages[last].role == .tool {
      messages[last].content.append(part)
    } else {
      messages.append(Message(role: .tool, content: [part]))
    }
  }

  private mutating func addMessage(_ fields: JSONObject, at place: String) throws(SpateError) {
    let content = try parts(fields["content"], at: "\(place).content")
    switch fields["role"]?.string {
    // OpenAI's newer name for the same.
    case "system"?, "developer"?: messages.append(Message(role: .system, content: content))
    case "user"?: messages.append(.user(content))
    case "assistant"?: addToTurn(sealed(content, by: fields))
    default: throw Self.wrong("\(place).role", "user, assistant, system or developer")
    }
  }

  /// Its words, with what else the message says.
  private func sealed(_ content: [ContentPart], by fields: JSONObject) -> [ContentPart] {
    var rest = fields
    for name in ["type", "role", "content"] { rest[name] = nil }
    guard !rest.isEmpty else { return content }
    let seal = Seal(dialect: .openAIResponses, details: .object(rest))
    return content.map { part in
      switch part {
      case .text(let text): .annotated(AnnotatedText(text, seal: seal))
      case .annotated(let text): .annotated(AnnotatedText(text.text, citations: text.citations, seal: seal))
      default: part
      }
    }
  }

  private func call(_ fields: JSONObject, at place: String) throws(SpateError) -> ToolCall {
    let isCustom = fields["type"] == "custom_tool_call"
    guard let id = fields["call_id"]?.string, let name = fields["name"]?.string,
      let arguments = fields[isCustom ? "input" : "arguments"]?.string
    else {
      throw Self.wrong(place, "a call with call_id, name and \(isCustom ? "input" : "arguments")")
    }
    var rest = fields
    for key in ["type", "call_id", "name", "arguments", "input"] { rest[key] = nil }
    let seal = rest.isEmpty ? nil : Seal(dialect: .openAIResponses, details: .object(rest))
    return ToolCall(id: id, name: name, arguments: arguments, isCustom: isCustom, seal: seal)
  }

  // MARK: Parts

  private func parts(_ value: JSONValue?, at place: String) throws(SpateError) -> [ContentPart] {
    switch value {
    case .string(let text)?: return [.text(text)]
    case .array(let list)?:
      var parts: [ContentPart] = []
      for (index, value) in list.enumerated() { parts.append(try part(value, at: "\(place)[\(index)]")) }
      return parts
    default: throw Self.wrong(place, "text, or a list of parts")
    }
  }

  private func part(_ value: JSONValue, at place: String) throws(SpateError) -> ContentPart {
    let type = value["type"]?.string ?? ""
    switch type {
    case "input_text", "output_text", "text":
      guard let text = value["text"]?.string else { throw Self.wrong("\(place).text", "text") }
      let citations = value["annotations"]?.array ?? []
      if citations.isEmpty { return .text(text) }
      return .annotated(AnnotatedText(text, citations: citations, seal: Seal(dialect: .openAIResponses)))
    case "refusal":
      guard let text = value["refusal"]?.string else { throw Self.wrong("\(place).refusal", "text") }
      return .refusal(text)
    case "input_image":
      let detail = value["detail"]?.string
      if let id = value["file_id"]?.string { return .image(.id(id, detail: detail)) }
      guard let url = value["image_url"]?.string else { throw Self.wrong("\(place).image_url", "text") }
      return .image(Self.media(url, name: nil, detail: detail))
    case "input_file":
      let (name, detail) = (value["filename"]?.string, value["detail"]?.string)
      if let id = value["file_id"]?.string { return .file(.id(id, name: name, detail: detail)) }
      if let url = value["file_url"]?.string { return .file(.url(url, name: name, detail: detail)) }
      guard let data = value["file_data"]?.string else {
        throw Self.wrong(place, "a file with file_id, file_url or file_data")
      }
      return .file(Self.media(data, name: name, detail: detail))
    case "input_audio":
      guard let audio = value["input_audio"], let format = audio["format"]?.string,
        let bytes = audio["data"]?.string.flatMap({ Base64.decode($0) })
      else { throw Self.wrong("\(place).input_audio", "an object with data in base64 and a format") }
      return .audio(.bytes(bytes, mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format)"))
    default:
      let word = DisplayText.bounded(type, limit: 40)
      throw Self.wrong("\(place).type", "input_text, input_image, input_file or input_audio, not \(word)")
    }
  }

  /// A `data:` address in base64 is the bytes themselves; any other stays one.
  private static func media(_ address: String, name: String?, detail: String?) -> Media {
    guard let data = DataURL(address) else { return .url(address, name: name, detail: detail) }
    return .bytes(data.bytes, mediaType: data.mediaType, name: name, detail: detail)
  }

  private static func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name) must be \(expected)")
  }
}
