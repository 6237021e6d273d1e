// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Cohere's shape.
struct CohereMessageEncoder {
  private let provider: Provider
  private(set) var warnings: [StreamWarning] = []

  init(provider: Provider) { self.provider = provider }

  /// The elements of `messages`.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    var turns: [JSONValue] = []
    for message in messages {
      if message.name != nil { leaveOut("names of speakers") }
      switch message.role {
      case .system, .user:
        turns.append(["role": .string(message.role.rawValue), "content": try content(message.content)])
      case .assistant: turns.append(.object(try turn(message)))
      case .tool: turns += try results(message)
      }
    }
    return turns
  }

  private static func text(_ words: String) -> JSONValue { ["type": "text", "text": .string(words)] }

  // MARK: What is written to a model

  /// Plain text as a string, everything else as a list of parts.
  private mutating func content(_ parts: [ContentPart]) throws(SpateError) -> JSONValue {
    var list: [JSONValue] = []
    for part in parts {
      if let words = part.words {
        list.append(Self.text(words))
        continue
      }
      switch part {
      case .image(let media):
        var image: JSONObject = ["url": .string(try address(of: media))]
        if let detail = media.detail { image["detail"] = .string(detail) }
        var part: JSONObject = ["type": "image_url", "image_url": .object(image)]
        part.merge(media.extra)
        list.append(.object(part))
      case .cachePoint: leaveOut("cache points")
      case .file:
        throw SpateError(.badRequest, "\(provider.name) takes no files in messages: give them as documents, in extra")
      default: throw SpateError(.badRequest, "\(provider.name) takes text and images only")
      }
    }
    let texts = list.compactMap { $0["text"]?.string }
    return texts.count == list.count ? .string(texts.joined()) : .array(list)
  }

  private func address(of media: Media) throws(SpateError) -> String {
    switch media.source {
    case .url(let url): return url
    case .id: throw SpateError(.badRequest, "an image can not be named by an id here")
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "the bytes of an image need a media type, such as image/png")
      }
      return "data:\(type);base64,\(Base64.encode(bytes))"
    }
  }

  /// Each result is a message of its own.
  private mutating func results(_ message: Message) throws(SpateError) -> [JSONValue] {
    var turns: [JSONValue] = []
    for part in message.content {
      guard case .toolResult(let result) = part else {
        throw SpateError(.badRequest, "a message of role tool holds results only: give it as .toolResult(id:_:)")
      }
      if result.content.contains(where: { $0.words == nil }) { leaveOut("anything but text in a tool's result") }
      if result.isError { leaveOut("the mark of a tool that failed") }
      let words = result.content.compactMap(\.words)
      turns.append([
        "role": "tool", "tool_call_id": .string(result.callID), "content": .string(words.joined()),
      ])
    }
    return turns
  }

  // MARK: A model's turn

  private mutating func turn(_ message: Message) throws(SpateError) -> JSONObject {
    var parts: [JSONValue] = []
    var calls: [JSONValue] = []
    var citations: [JSONValue] = []
    var plan: JSONValue?
    for part in message.content {
      switch part {
      case .text(let words), .refusal(let words): if !words.isEmpty { parts.append(Self.text(words)) }
      case .annotated(let words):
        parts.append(Self.text(words.text))
        if words.seal?.isFor(.cohere) ?? true { citations += words.citations }
        if words.hasMarks(besides: .cohere) { leaveOut("citations and seals of another dialect's words") }
      case .reasoning(let reasoning):
        if reasoning.seal?.isFor(.cohere) == false { leaveOut("seals of another dialect's thoughts") }
        if !reasoning.text.isEmpty { parts.append(["type": "thinking", "thinking": .string(reasoning.text)]) }
      case .native(let native):
        guard native.dialect == .cohere else {
          leaveOut("parts of another dialect")
          continue
        }
        plan = native.value["tool_plan"] ?? plan
        citations += native.value["citations"]?.array ?? []
      case .toolCall(let call): calls.append(self.call(call))
      case .providerTool: leaveOut("tools that a provider ran itself")
      case .cachePoint: leaveOut("cache points")
      case .image, .file, .audio: leaveOut("media that a model made")
      default: throw SpateError(.badRequest, "a message of role assistant holds text, reasoning and tool calls only")
      }
    }
    var fields: JSONObject = ["role": "assistant"]
    if parts.count == 1, let text = parts[0]["text"] {
      fields["content"] = text
    } else if !parts.isEmpty {
      fields["content"] = .array(parts)
    } else if calls.isEmpty {
      fields["content"] = ""
    }
    if let plan { fields["tool_plan"] = plan }
    if !calls.isEmpty { fields["tool_calls"] = .array(calls) }
    if !citations.isEmpty { fields["citations"] = .array(citations) }
    return fields
  }

  private mutating func call(_ call: ToolCall) -> JSONValue {
    if call.isSealed(besides: .cohere) { leaveOut("seals of another dialect's calls") }
    var arguments = call.arguments
    if call.isCustom {
      arguments = JSONValue.object(["input": .string(call.arguments)]).description
    } else if call.arguments.utf8.allSatisfy({ $0 <= 0x20 }) {
      // A blank argument text is refused when it is sent back (rule T6).
      arguments = "{}"
    }
    return [
      "id": .string(call.id), "type": "function",
      "function": ["name": .string(call.name), "arguments": .string(arguments)],
    ]
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String) {
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): left out")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
