// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Reads one message of a request in Anthropic's shape. Results of tools become messages of their own role.
enum AnthropicMessageReader {
  /// `place` names the message in errors.
  static func read(_ value: JSONValue, at place: String) throws(SpateError) -> [Message] {
    guard let content = value["content"] else { throw wrong("\(place).content", "text, or a list of blocks") }
    switch value["role"]?.string {
    case "assistant"?:
      return [.assistant(try parts(content, at: "\(place).content", isAssistant: true))]
    case "system"?:
      return [Message(role: .system, content: try parts(content, at: "\(place).content", isAssistant: false))]
    case "user"?: return split(try parts(content, at: "\(place).content", isAssistant: false))
    default: throw wrong("\(place).role", "user or assistant")
    }
  }

  /// What a user says, and what tools answered, in order. A mark stays with what it follows.
  private static func split(_ parts: [ContentPart]) -> [Message] {
    var messages: [Message] = []
    for part in parts {
      let role: Message.Role =
        switch part {
        case .toolResult: .tool
        case .cachePoint: messages.last?.role ?? .user
        default: .user
        }
      if messages.last?.role == role {
        messages[messages.count - 1].content.append(part)
      } else {
        messages.append(Message(role: role, content: [part]))
      }
    }
    return messages.isEmpty ? [.user([])] : messages
  }

  /// The parts of `content`, or of the system's words.
  static func parts(_ value: JSONValue, at place: String, isAssistant: Bool) throws(SpateError) -> [ContentPart] {
    if let text = value.string { return [.text(text)] }
    guard let list = value.array else { throw wrong(place, "text, or a list of blocks") }
    var parts: [ContentPart] = []
    for (index, entry) in list.enumerated() {
      guard var block = entry.object, let type = block["type"]?.string else {
        throw wrong("\(place).\(index)", "an object with a type")
      }
      var point: CachePoint?
      if let control = block["cache_control"] {
        block["cache_control"] = nil
        if !control.isNull { point = CachePoint(lifetime: control["ttl"]?.string) }
      }
      parts.append(try part(block, type, "\(place).\(index)", isAssistant))
      if let point { parts.append(.cachePoint(point)) }
    }
    return parts
  }

  private static func part(
    _ block: JSONObject, _ type: String, _ place: String, _ isAssistant: Bool
  ) throws(SpateError) -> ContentPart {
    switch type {
    case "text":
      guard let text = block["text"]?.string else { throw wrong("\(place).text", "text") }
      guard let citations = block["citations"]?.array, !citations.isEmpty else { return .text(text) }
      return .annotated(AnnotatedText(text, citations: citations, seal: Seal(dialect: .anthropic)))
    case "image" where !isAssistant: return try media(block, place).map(ContentPart.image) ?? native(block, type)
    case "document" where !isAssistant: return try media(block, place).map(ContentPart.file) ?? native(block, type)
    case "tool_result": return try toolResult(block, place)
    case "thinking":
      let signature = block["signature"]?.string
      return .reasoning(
        Reasoning(text: block["thinking"]?.string ?? "", signature: signature, dialect: .anthropic))
    case "redacted_thinking":
      return .reasoning(Reasoning(text: "", details: .object(block), dialect: .anthropic))
    case "tool_use": return .toolCall(try call(block, place))
    case "server_tool_use", "mcp_tool_use":
      return .providerTool(
        ProviderTool(
          id: block["id"]?.string ?? "", name: block["name"]?.string ?? "", input: block["input"]?.description,
          seal: Seal(dialect: .anthropic, details: .object(block))))
    case _ where type.hasSuffix("_tool_result"):
      return .providerTool(
        ProviderTool(
          id: block["tool_use_id"]?.string ?? "", name: String(type.dropLast("_tool_result".count)),
          output: block["content"], isError: block["is_error"]?.bool ?? false,
          seal: Seal(dialect: .anthropic, details: .object(block))))
    default: return native(block, type)
    }
  }

  private static func native(_ block: JSONObject, _ type: String) -> ContentPart {
    .native(NativePart(dialect: .anthropic, type: type, value: .object(block)))
  }

  private static func call(_ block: JSONObject, _ place: String) throws(SpateError) -> ToolCall {
    guard let name = block["name"]?.string, let id = block["id"]?.string else {
      throw wrong(place, "a call with an id and a name")
    }
    var rest = block
    for name in ["type", "id", "name", "input"] { rest[name] = nil }
    return ToolCall(
      id: id, name: name, arguments: block["input"]?.description ?? "{}",
      seal: rest.isEmpty ? nil : Seal(dialect: .anthropic, details: .object(rest)))
  }

  private static func toolResult(_ block: JSONObject, _ place: String) throws(SpateError) -> ContentPart {
    guard let id = block["tool_use_id"]?.string else { throw wrong("\(place).tool_use_id", "text") }
    let content = try block["content"].map { (value) throws(SpateError) in
      try parts(value, at: "\(place).content", isAssistant: false)
    }
    return .toolResult(ToolResult(callID: id, content: content ?? [], isError: block["is_error"]?.bool ?? false))
  }

  /// Nil for sources that have no name here: they are kept as they are.
  private static func media(_ block: JSONObject, _ place: String) throws(SpateError) -> Media? {
    guard let source = block["source"], let kind = source["type"]?.string else {
      throw wrong("\(place).source", "an object with a type")
    }
    let name = block["title"]?.string
    let type = source["media_type"]?.string
    var media: Media
    switch kind {
    case "base64":
      guard let bytes = source["data"]?.string.flatMap({ Base64.decode($0) }), let type else {
        throw wrong("\(place).source", "base64 with a media_type")
      }
      media = .bytes(bytes, mediaType: type, name: name)
    case "text":
      guard let text = source["data"]?.string else { throw wrong("\(place).source.data", "text") }
      media = .bytes(Array(text.utf8), mediaType: type ?? "text/plain", name: name)
    case "url":
      guard let url = source["url"]?.string else { throw wrong("\(place).source.url", "text") }
      media = .url(url, name: name)
    case "file":
      guard let id = source["file_id"]?.string else { throw wrong("\(place).source.file_id", "text") }
      media = .id(id, name: name)
    default: return nil
    }
    for (key, value) in block.members where !["type", "source", "title"].contains(key) { media.extra[key] = value }
    return media
  }

  private static func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name): must be \(expected)")
  }
}
