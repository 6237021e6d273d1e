// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in the OpenAI chat shape.
struct ChatMessageEncoder {
  private let provider: Provider
  private(set) var warnings: [StreamWarning] = []

  init(provider: Provider) { self.provider = provider }

  /// The `messages` array.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    var failure: SpateError?
    json.array { json in
      for message in messages where failure == nil {
        do throws(SpateError) { try write(message, &json) } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return json.bytes
  }

  private mutating func write(_ message: Message, _ json: inout JSONWriter) throws(SpateError) {
    switch message.role {
    case .tool: try writeResults(message, &json)
    case .assistant: try writeAssistant(message, &json)
    case .system, .user:
      // Plain text as a string, everything else as a list of parts.
      let isText = message.content.allSatisfy { $0.words != nil }
      let parts = isText ? [] : try parts(of: message)
      json.object {
        $0.member("role", role(of: message))
        $0.key("content")
        if isText { $0.string(message.text) } else { $0.verbatim(parts) }
        $0.member("name", message.name)
      }
    }
  }

  private func role(of message: Message) -> String {
    message.role == .system && provider.has(.developerRole) ? "developer" : message.role.rawValue
  }

  /// Each result is a message of its own.
  private mutating func writeResults(_ message: Message, _ json: inout JSONWriter) throws(SpateError) {
    for part in message.content {
      guard case .toolResult(let result) = part else {
        throw SpateError(.badRequest, "a message of role tool holds results only: give it as .toolResult(id:_:)")
      }
      if result.isError { leaveOut("the mark of a tool that failed") }
      var text = ""
      for part in result.content {
        if let words = part.words {
          text += words
        } else if case .cachePoint = part {
          leaveOut("cache points")
        } else {
          leaveOut("anything but text in a tool's result")
        }
      }
      json.object {
        $0.member("role", "tool")
        $0.member("tool_call_id", result.callID)
        $0.member("content", text)
      }
    }
  }

  private mutating func writeAssistant(_ message: Message, _ json: inout JSONWriter) throws(SpateError) {
    var refusal: String?
    var reasoning: Reasoning?
    var extra: JSONValue?
    for part in message.content {
      switch part {
      case .text, .toolCall: break
      case .annotated(let text):
        if let seal = text.seal, seal.isFor(.openAIChat) { extra = self.extra(of: seal, "words") ?? extra }
        if text.hasMarks(besides: .openAIChat) { leaveOut("citations and seals of another dialect's words") }
      case .providerTool: leaveOut("tools that a provider ran itself")
      case .native: leaveOut("parts of another dialect")
      case .cachePoint: leaveOut("cache points")
      case .image, .file, .audio: leaveOut("media that a model made")
      case .refusal(let words): refusal = (refusal ?? "") + words
      case .reasoning(let part): reasoning = reasoning.map { $0.followed(by: part) } ?? part
      default: throw SpateError(.badRequest, "a message of role assistant holds text, reasoning and tool calls only")
      }
    }
    let text = message.text
    let calls = message.toolCalls
    json.object {
      $0.member("role", "assistant")
      $0.nullable("content", text.isEmpty && (!calls.isEmpty || refusal != nil) ? nil : text)
      $0.member("refusal", refusal)
      if let reasoning { replay(reasoning, &$0) }
      if !calls.isEmpty { $0.array("tool_calls") { array in for call in calls { write(call, &array) } } }
      if let extra { $0.member("extra_content", extra) }
      $0.member("name", message.name)
    }
  }

  /// Only to those who want it back (rule D21): others refuse the field.
  private mutating func replay(_ reasoning: Reasoning, _ json: inout JSONWriter) {
    let isOurs = reasoning.seal?.isFor(.openAIChat) ?? true
    let hasSeal = reasoning.signature != nil || reasoning.details != nil
    if provider.has(.replaysReasoningDetails), isOurs, let details = reasoning.details {
      return json.member("reasoning_details", details)
    }
    if provider.has(.replaysReasoningContent), !reasoning.text.isEmpty {
      json.member("reasoning_content", reasoning.text)
    } else if !reasoning.text.isEmpty {
      // Most providers of this shape take none back: that is no loss which a caller could do anything about, unless
      // they were another one's.
      if !isOurs { leaveOut("thoughts of another dialect") }
    }
    if hasSeal, !isOurs { leaveOut("seals of another dialect's thoughts") }
  }

  private mutating func write(_ call: ToolCall, _ json: inout JSONWriter) {
    var extra: JSONValue?
    if let seal = call.seal { extra = self.extra(of: seal, "calls") }
    json.object {
      $0.member("id", call.id)
      $0.member("type", call.isCustom ? "custom" : "function")
      if call.isCustom {
        $0.object("custom") {
          $0.member("name", call.name)
          $0.member("input", call.arguments)
        }
      } else {
        // A blank argument text is refused when it is sent back (rule T6).
        let isBlank = call.arguments.utf8.allSatisfy { $0 <= 0x20 }
        $0.object("function") {
          $0.member("name", call.name)
          $0.member("arguments", isBlank ? "{}" : call.arguments)
        }
      }
      if let extra { $0.member("extra_content", extra) }
    }
  }

  /// Google's signature (rule N11), only to those who gave it: others refuse the field.
  private mutating func extra(of seal: Seal, _ what: String) -> JSONValue? {
    guard seal.signature != nil || seal.details != nil else { return nil }
    if provider.has(.replaysExtraContent), let extra = seal.chatExtra { return extra["extra_content"] }
    leaveOut(seal.isFor(.openAIChat) ? "the seals of \(what)" : "seals of another dialect's \(what)")
    return nil
  }

  // MARK: Parts

  private mutating func parts(of message: Message) throws(SpateError) -> [UInt8] {
    var json = JSONWriter()
    var failure: SpateError?
    json.array { json in
      for part in message.content where failure == nil {
        do throws(SpateError) { try write(part, &json) } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return json.bytes
  }

  private mutating func write(_ part: ContentPart, _ json: inout JSONWriter) throws(SpateError) {
    if let text = part.words {
      return json.object {
        $0.member("type", "text")
        $0.member("text", text)
      }
    }
    switch part {
    case .image(let media):
      let url = try Self.address(of: media, kind: "image")
      json.object {
        $0.member("type", "image_url")
        $0.object("image_url") {
          $0.member("url", url)
          $0.member("detail", media.detail)
        }
        $0.members(of: media.extra)
      }
    case .file(let media):
      let address = try Self.address(of: media, kind: "file")
      let isAddress = if case .id = media.source { false } else { true }
      json.object {
        $0.member("type", "file")
        $0.object("file") {
          $0.member("filename", media.name)
          $0.member(isAddress ? "file_data" : "file_id", address)
        }
        $0.members(of: media.extra)
      }
    case .audio(let media):
      guard case .bytes(let bytes) = media.source, let format = media.mediaType?.split(separator: "/").last
      else {
        throw SpateError(.badRequest, "\(provider.name) takes audio as bytes with a media type only, such as audio/wav")
      }
      json.object {
        $0.member("type", "input_audio")
        $0.object("input_audio") {
          $0.member("data", Base64.encode(bytes))
          $0.member("format", format == "mpeg" ? "mp3" : format == "x-wav" ? "wav" : String(format))
        }
        $0.members(of: media.extra)
      }
    case .cachePoint: leaveOut("cache points")
    default:
      throw SpateError(.badRequest, "a message of role user or system holds text, images, files and audio only")
    }
  }

  private static func address(of media: Media, kind: String) throws(SpateError) -> String {
    switch media.source {
    case .url(let url): return url
    case .id(let id):
      guard kind == "file" else { throw SpateError(.badRequest, "an \(kind) can not be named by an id here") }
      return id
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "the bytes of an \(kind) need a media type, such as image/png or application/pdf")
      }
      return "data:\(type);base64,\(Base64.encode(bytes))"
    }
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String) {
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): it was left out")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
