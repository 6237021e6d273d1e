// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Reads one message of a request in Converse's shape. Results of tools become messages of their own role.
enum ConverseMessageReader {
  /// `place` names the message in errors.
  static func read(_ value: JSONValue, at place: String) throws(SpateError) -> [Message] {
    guard let content = value["content"] else { throw wrong("\(place).content", "a list of blocks") }
    switch value["role"]?.string {
    case "assistant"?: return [.assistant(try parts(content, at: "\(place).content", isAssistant: true))]
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
    guard let list = value.array else { throw wrong(place, "a list of blocks") }
    var parts: [ContentPart] = []
    for (index, entry) in list.enumerated() {
      guard let block = entry.object, let (name, value) = block.members.first, block.members.count == 1 else {
        throw wrong("\(place).\(index)", "an object with one member")
      }
      parts.append(try part(name, value, block, "\(place).\(index)", isAssistant))
    }
    return parts
  }

  private static func part(
    _ name: String, _ value: JSONValue, _ block: JSONObject, _ place: String, _ isAssistant: Bool
  ) throws(SpateError) -> ContentPart {
    let native = ContentPart.native(NativePart(dialect: .bedrockConverse, type: name, value: .object(block)))
    switch name {
    case "text":
      guard let text = value.string else { throw wrong("\(place).text", "text") }
      return .text(text)
    case "cachePoint": return .cachePoint(CachePoint(lifetime: value["ttl"]?.string))
    case "image" where !isAssistant: return try media(value, .image, place).map(ContentPart.image) ?? native
    case "document" where !isAssistant: return try media(value, .document, place).map(ContentPart.file) ?? native
    case "video" where !isAssistant: return try media(value, .video, place).map(ContentPart.file) ?? native
    case "audio" where !isAssistant: return try media(value, .audio, place).map(ContentPart.audio) ?? native
    case "reasoningContent": return reasoning(value, block) ?? native
    case "citationsContent":
      let words = (value["content"]?.array ?? []).compactMap { $0["text"]?.string }
      return .annotated(
        AnnotatedText(
          words.joined(), citations: value["citations"]?.array ?? [], seal: Seal(dialect: .bedrockConverse)))
    case "toolUse": return try toolUse(value, block, place)
    case "toolResult" where isAssistant:
      let type = value["type"]?.string ?? ""
      let name = type.hasSuffix("_result") ? String(type.dropLast("_result".count)) : type
      return .providerTool(
        ProviderTool(
          id: value["toolUseId"]?.string ?? "", name: name, output: value["content"],
          isError: value["status"] == "error", seal: Seal(dialect: .bedrockConverse, details: .object(block))))
    case "toolResult": return try toolResult(value, place)
    default: return native
    }
  }

  private static func reasoning(_ value: JSONValue, _ block: JSONObject) -> ContentPart? {
    if let words = value["reasoningText"] {
      return .reasoning(
        Reasoning(
          text: words["text"]?.string ?? "",
          seal: Seal(dialect: .bedrockConverse, signature: words["signature"]?.string)))
    }
    guard value["redactedContent"]?.string != nil else { return nil }
    return .reasoning(Reasoning(text: "", details: .object(block), dialect: .bedrockConverse))
  }

  private static func toolUse(
    _ value: JSONValue, _ block: JSONObject, _ place: String
  ) throws(SpateError) -> ContentPart {
    guard let name = value["name"]?.string, let id = value["toolUseId"]?.string else {
      throw wrong("\(place).toolUse", "a call with a toolUseId and a name")
    }
    if value["type"] == "server_tool_use" {
      return .providerTool(
        ProviderTool(
          id: id, name: name, input: value["input"]?.description,
          seal: Seal(dialect: .bedrockConverse, details: .object(block))))
    }
    var rest = value.object ?? [:]
    for name in ["toolUseId", "name", "input"] { rest[name] = nil }
    return .toolCall(
      ToolCall(
        id: id, name: name, arguments: value["input"]?.description ?? "{}",
        seal: rest.isEmpty ? nil : Seal(dialect: .bedrockConverse, details: .object(rest))))
  }

  private static func toolResult(_ value: JSONValue, _ place: String) throws(SpateError) -> ContentPart {
    guard let id = value["toolUseId"]?.string else { throw wrong("\(place).toolResult.toolUseId", "text") }
    guard let content = value["content"] else { throw wrong("\(place).toolResult.content", "a list of blocks") }
    return .toolResult(
      ToolResult(
        callID: id, content: try parts(content, at: "\(place).toolResult.content", isAssistant: false),
        isError: value["status"] == "error"))
  }

  /// Nil for sources that have no name here: they are kept as they are.
  private static func media(
    _ value: JSONValue, _ kind: ConverseMedia.Kind, _ place: String
  ) throws(SpateError) -> Media? {
    guard let source = value["source"], source.object != nil else { throw wrong("\(place).source", "an object") }
    guard let type = value["format"]?.string.flatMap({ ConverseMedia.type(of: $0, in: kind) }) else { return nil }
    let name = value["name"]?.string
    var media: Media
    if let text = source["bytes"]?.string {
      guard let bytes = Base64.decode(text) else { throw wrong("\(place).source.bytes", "base64") }
      media = .bytes(bytes, mediaType: type, name: name)
    } else if let uri = source["s3Location"]?["uri"]?.string {
      media = .url(uri, mediaType: type, name: name)
      media.extra["bucketOwner"] = source["s3Location"]?["bucketOwner"]
    } else {
      return nil
    }
    for (key, value) in value.object?.members ?? [] where !["format", "source", "name"].contains(key) {
      media.extra[key] = value
    }
    return media
  }

  private static func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(name): must be \(expected)")
  }
}
