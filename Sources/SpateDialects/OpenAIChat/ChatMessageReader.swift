// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Reads one message of a request in the OpenAI chat shape.
///
/// The parts of an assistant's turn, which the dialect keeps in fields of their own, come in the order in which they
/// were made: reasoning, text, refusal, tool calls.
struct ChatMessageReader {
  private let place: String
  private let fields: JSONObject

  /// `place` names the message in errors.
  static func read(_ value: JSONValue, at place: String) throws(SpateError) -> Message {
    guard let fields = value.object else { throw SpateError(.badRequest, "\(place) must be an object") }
    return try ChatMessageReader(place: place, fields: fields).message()
  }

  private func message() throws(SpateError) -> Message {
    guard let role = fields["role"]?.string else { throw wrong("role", "text") }
    switch role {
    // OpenAI's newer name for the same.
    case "system", "developer": return try Message(role: .system, content: written(), name: fields["name"]?.string)
    case "user": return try Message(role: .user, content: written(), name: fields["name"]?.string)
    case "assistant": return try Message(role: .assistant, content: turn(), name: fields["name"]?.string)
    case "tool":
      guard let id = fields["tool_call_id"]?.string else { throw wrong("tool_call_id", "text") }
      let result = ToolResult(callID: id, name: fields["name"]?.string, content: try written())
      return Message(role: .tool, content: [.toolResult(result)])
    default:
      let word = DisplayText.bounded(role, limit: 40)
      throw wrong("role", "system, developer, user, assistant or tool, not \(word)")
    }
  }

  // MARK: What is written to a model

  private func written() throws(SpateError) -> [ContentPart] {
    switch fields["content"] {
    case .string(let text)?: return [.text(text)]
    case .array(let list)?:
      var parts: [ContentPart] = []
      for (index, value) in list.enumerated() { parts.append(try part(value, "content[\(index)]")) }
      return parts
    default: throw wrong("content", "text, or a list of parts")
    }
  }

  private func part(_ value: JSONValue, _ name: String) throws(SpateError) -> ContentPart {
    if let text = value.string { return .text(text) }
    let type = value["type"]?.string ?? ""
    switch type {
    case "text":
      guard let text = value["text"]?.string else { throw wrong("\(name).text", "text") }
      return .text(text)
    case "refusal":
      guard let text = value["refusal"]?.string else { throw wrong("\(name).refusal", "text") }
      return .refusal(text)
    case "image_url":
      // Some clients give the address itself.
      guard let url = value["image_url"]?["url"]?.string ?? value["image_url"]?.string else {
        throw wrong("\(name).image_url.url", "text")
      }
      return .image(Self.media(url, name: nil, detail: value["image_url"]?["detail"]?.string))
    case "file":
      guard let file = value["file"], let address = file["file_data"]?.string ?? file["file_id"]?.string else {
        throw wrong("\(name).file", "an object with file_data or file_id")
      }
      if file["file_data"]?.string == nil { return .file(.id(address, name: file["filename"]?.string)) }
      return .file(Self.media(address, name: file["filename"]?.string, detail: nil))
    case "input_audio":
      guard let audio = value["input_audio"], let format = audio["format"]?.string,
        let bytes = audio["data"]?.string.flatMap({ Base64.decode($0) })
      else { throw wrong("\(name).input_audio", "an object with data in base64 and a format") }
      return .audio(.bytes(bytes, mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format)"))
    default:
      let word = DisplayText.bounded(type, limit: 40)
      throw wrong("\(name).type", "text, image_url, file or input_audio, not \(word)")
    }
  }

  /// A `data:` address in base64 is the bytes themselves (RFC 2397); any other stays one.
  private static func media(_ address: String, name: String?, detail: String?) -> Media {
    if let data = DataURL(address) {
      return .bytes(data.bytes, mediaType: data.mediaType, name: name, detail: detail)
    }
    return .url(address, name: name, detail: detail)
  }

  // MARK: A model's turn

  private func turn() throws(SpateError) -> [ContentPart] {
    var parts: [ContentPart] = []
    if let reasoning { parts.append(.reasoning(reasoning)) }
    switch fields["content"] {
    case nil, .null?: break
    default: parts += try written()
    }
    if let extra = fields["extra_content"]?.object {
      let seal = Seal(dialect: .openAIChat, details: ["extra_content": .object(extra)])
      let place = parts.lastIndex { $0.words != nil }
      let text = AnnotatedText(place.flatMap { parts[$0].words } ?? "", seal: seal)
      if let place { parts[place] = .annotated(text) } else { parts.append(.annotated(text)) }
    }
    if let refusal = fields["refusal"]?.string { parts.append(.refusal(refusal)) }
    if let value = fields["tool_calls"], !value.isNull {
      guard let list = value.array else { throw wrong("tool_calls", "a list") }
      for (index, value) in list.enumerated() { parts.append(.toolCall(try call(value, "tool_calls[\(index)]"))) }
    }
    // Beside other parts an empty text says nothing.
    if parts.count > 1 { parts.removeAll { $0 == .text("") } }
    return parts
  }

  private var reasoning: Reasoning? {
    let details = fields["reasoning_details"]?.array
    let text =
      fields["reasoning_content"]?.string ?? fields["reasoning"]?.string
      ?? details?.map { $0["text"]?.string ?? $0["summary"]?.string ?? "" }.joined() ?? ""
    guard !text.isEmpty || details?.isEmpty == false else { return nil }
    return Reasoning(text: text, details: details.map(JSONValue.array), dialect: .openAIChat)
  }

  private func call(_ value: JSONValue, _ name: String) throws(SpateError) -> ToolCall {
    let isCustom = value["type"]?.string == "custom"
    let body = value[isCustom ? "custom" : "function"]
    guard let function = body?["name"]?.string, let arguments = body?[isCustom ? "input" : "arguments"]?.string else {
      throw wrong(name, isCustom ? "a custom call with a name and an input" : "a function with a name and arguments")
    }
    let extra = value["extra_content"]?.object
    return ToolCall(
      id: value["id"]?.string ?? "", name: function, arguments: arguments, isCustom: isCustom,
      seal: extra.map { Seal(dialect: .openAIChat, details: ["extra_content": .object($0)]) })
  }

  private func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(place).\(name) must be \(expected)")
  }
}
