// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Mistral's shape: content is text, or a list of parts in their order.
struct MistralMessageEncoder {
  private let provider: Provider
  /// The ids of calls, as they were and as they are sent.
  private var ids: [String: String] = [:]
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

  // MARK: Results

  /// Each result is a message of its own.
  private mutating func results(_ message: Message) throws(SpateError) -> [JSONValue] {
    var turns: [JSONValue] = []
    for part in message.content {
      guard case .toolResult(let result) = part else {
        throw SpateError(.badRequest, "a message of role tool holds results only: give it as .toolResult(id:_:)")
      }
      if result.isError { leaveOut("the mark of a tool that failed") }
      var fields: JSONObject = [
        "role": "tool", "tool_call_id": .string(ids[result.callID] ?? MistralToolID.own(of: result.callID)),
      ]
      if let name = result.name { fields["name"] = .string(name) }
      fields["content"] = try content(result.content)
      turns.append(.object(fields))
    }
    return turns
  }

  // MARK: A model's turn

  private mutating func turn(_ message: Message) throws(SpateError) -> JSONObject {
    var parts: [JSONValue] = []
    var calls: [JSONValue] = []
    var isPlain = true
    for part in message.content {
      switch part {
      case .text(let words), .refusal(let words): if !words.isEmpty { parts.append(Self.text(words)) }
      case .annotated(let words):
        parts.append(Self.text(words.text))
        if words.hasMarks(besides: .mistral) { leaveOut("citations and seals of another dialect's words") }
      case .reasoning(let reasoning):
        guard let thought = thought(reasoning) else { continue }
        parts.append(thought)
        isPlain = false
      case .native(let native):
        guard native.dialect == .mistral else {
          leaveOut("parts of another dialect")
          continue
        }
        parts.append(native.value)
        isPlain = false
      case .toolCall(let call): calls.append(self.call(call))
      case .providerTool: leaveOut("tools that a provider ran itself")
      case .cachePoint: leaveOut("cache points")
      case .image, .file, .audio: leaveOut("media that a model made")
      default: throw SpateError(.badRequest, "a message of role assistant holds text, reasoning and tool calls only")
      }
    }
    var fields: JSONObject = ["role": "assistant"]
    let text = parts.compactMap { $0["text"]?.string }.joined()
    fields["content"] = isPlain ? .string(text) : .array(parts)
    if !calls.isEmpty { fields["tool_calls"] = .array(calls) }
    return fields
  }

  private static func text(_ words: String) -> JSONValue { ["type": "text", "text": .string(words)] }

  /// Thoughts that another dialect has sealed are no use here.
  private mutating func thought(_ reasoning: Reasoning) -> JSONValue? {
    guard reasoning.seal?.isFor(.mistral) ?? true else {
      leaveOut("thoughts of another dialect")
      return nil
    }
    guard !reasoning.text.isEmpty || reasoning.signature != nil else { return nil }
    var fields: JSONObject = ["type": "thinking"]
    fields["thinking"] = reasoning.text.isEmpty ? [] : [Self.text(reasoning.text)]
    if let signature = reasoning.signature { fields["signature"] = .string(signature) }
    fields["closed"] = true
    return .object(fields)
  }

  private mutating func call(_ call: ToolCall) -> JSONValue {
    let id = call.seal?.dialect == .mistral ? call.id : MistralToolID.own(of: call.id)
    ids[call.id] = id
    if call.isSealed(besides: .mistral) { leaveOut("seals of another dialect's calls") }
    var arguments = call.arguments
    if call.isCustom {
      arguments = JSONValue.object(["input": .string(call.arguments)]).description
    } else if call.arguments.utf8.allSatisfy({ $0 <= 0x20 }) {
      // A blank argument text is refused when it is sent back (rule T6).
      arguments = "{}"
    }
    return [
      "id": .string(id), "type": "function", "function": ["name": .string(call.name), "arguments": .string(arguments)],
    ]
  }

  // MARK: What is written to a model

  /// Plain text as a string, everything else as a list of parts.
  private mutating func content(_ parts: [ContentPart]) throws(SpateError) -> JSONValue {
    var list: [JSONValue] = []
    for part in parts {
      if let words = part.words {
        list.append(Self.text(words))
      } else if let value = try value(of: part) {
        list.append(value)
      }
    }
    let texts = list.compactMap { $0["type"] == "text" ? $0["text"]?.string : nil }
    return texts.count == list.count ? .string(texts.joined()) : .array(list)
  }

  private mutating func value(of part: ContentPart) throws(SpateError) -> JSONValue? {
    switch part {
    case .image(let media):
      let url = JSONValue.string(try address(of: media, kind: "image"))
      let image = media.detail.map { JSONValue.object(["url": url, "detail": .string($0)]) }
      return Self.part(["type": "image_url", "image_url": image ?? url], media)
    case .file(let media):
      if case .id(let id) = media.source { return Self.part(["type": "file", "file_id": .string(id)], media) }
      var fields: JSONObject = ["type": "document_url"]
      fields["document_url"] = .string(try address(of: media, kind: "file"))
      if let name = media.name { fields["document_name"] = .string(name) }
      return Self.part(fields, media)
    case .audio(let media):
      switch media.source {
      case .bytes(let bytes):
        return Self.part(["type": "input_audio", "input_audio": .string(Base64.encode(bytes))], media)
      case .url(let url): return Self.part(["type": "input_audio", "input_audio": .string(url)], media)
      case .id: throw SpateError(.badRequest, "\(provider.name) takes audio as bytes or by its address, not by an id")
      }
    case .cachePoint:
      leaveOut("cache points")
      return nil
    default:
      throw SpateError(.badRequest, "a message of role user or system holds text, images, files and audio only")
    }
  }

  /// With the fields that have no name of ours.
  private static func part(_ fields: JSONObject, _ media: Media) -> JSONValue {
    var fields = fields
    fields.merge(media.extra)
    return .object(fields)
  }

  private func address(of media: Media, kind: String) throws(SpateError) -> String {
    switch media.source {
    case .url(let url): return url
    case .id: throw SpateError(.badRequest, "an \(kind) can not be named by an id here")
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "the bytes of an \(kind) need a media type, such as image/png or application/pdf")
      }
      return "data:\(type);base64,\(Base64.encode(bytes))"
    }
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String) {
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): left out")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
