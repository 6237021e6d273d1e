// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Converse's shape.
///
/// The system's words go to a list of their own. Roles take turns here, so that neighbours of one role become one
/// message; results of tools are a user's words.
struct ConverseMessageEncoder {
  private let provider: Provider
  private(set) var warnings: [StreamWarning] = []
  /// The value of `system`; empty without one.
  private(set) var system: [JSONObject] = []
  /// Whether tools were called: the tools must be sent then.
  private(set) var hasToolUse = false

  private var turns: [(role: String, content: [JSONObject])] = []
  private var documentCount = 0

  init(provider: Provider) { self.provider = provider }

  /// The `messages`; ``system`` and the rest are known after it.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    for message in messages { try add(message) }
    guard !turns.isEmpty else {
      throw SpateError(.badRequest, "\(provider.name) needs a message beside the system's: add a user's")
    }
    return turns.map { ["role": .string($0.role), "content": .array($0.content.map(JSONValue.object))] }
  }

  private mutating func add(_ message: Message) throws(SpateError) {
    if message.name != nil { leaveOut("names of speakers") }
    var blocks: [JSONObject] = []
    for part in message.content { try add(part, of: message.role, to: &blocks) }
    switch message.role {
    case .system:
      if !turns.isEmpty { leaveOut("the system's words between others; they went to the beginning", isMoved: true) }
      system += blocks
    case .user, .tool: append(blocks, as: "user")
    case .assistant: append(blocks, as: "assistant")
    }
  }

  private mutating func append(_ blocks: [JSONObject], as role: String) {
    // A message without words is refused; where it stands, nothing is lost with it.
    guard !blocks.isEmpty else { return leaveOut("messages without content") }
    if let last = turns.indices.last, turns[last].role == role {
      turns[last].content += blocks
    } else {
      turns.append((role, blocks))
    }
  }

  // MARK: Parts

  private mutating func add(
    _ part: ContentPart, of role: Message.Role, to blocks: inout [JSONObject]
  ) throws(SpateError) {
    switch (part, role) {
    case (.text, .system), (.text, .user), (.annotated, .system), (.annotated, .user), (.cachePoint, _):
      blocks += part.converseBlocks() ?? []
    case (.image(let media), .user): blocks.append(try self.media(media, .image))
    case (.audio(let media), .user): blocks.append(try self.media(media, .audio))
    case (.file(let media), .user):
      let isVideo = media.mediaType?.hasPrefix("video/") ?? false
      blocks.append(try isVideo ? self.media(media, .video) : document(media))
    case (.toolResult(let result), .tool), (.toolResult(let result), .user):
      hasToolUse = true
      blocks.append(try toolResult(result))
    case (.native(let native), _):
      guard let own = part.converseBlocks() else { return leaveOut("parts of the dialect \(native.dialect)") }
      blocks += own
    case (.text, .assistant), (.annotated, .assistant), (.refusal, .assistant), (.reasoning, .assistant),
      (.toolCall, .assistant), (.providerTool, .assistant):
      addTurn(part, to: &blocks)
    case (.image, .assistant), (.file, .assistant), (.audio, .assistant): leaveOut("media that a model made")
    default: throw SpateError(.badRequest, "a message of role \(role.rawValue) can not hold this part")
    }
  }

  /// A part that the model made.
  private mutating func addTurn(_ part: ContentPart, to blocks: inout [JSONObject]) {
    switch part {
    case .toolCall(let call):
      hasToolUse = true
      let isObject = if case .object? = call.value { true } else { call.isCustom }
      if !isObject { leaveOut("arguments that are no JSON object") }
      if call.isSealed(besides: .bedrockConverse) { leaveOut("seals of another dialect's calls") }
    case .annotated(let text) where !text.citations.isEmpty && !(text.seal?.isFor(.bedrockConverse) ?? true):
      leaveOut("citations of another dialect")
    case .annotated(let text) where text.hasMarks(besides: .bedrockConverse):
      leaveOut("seals of another dialect's words")
    case .providerTool: hasToolUse = true
    default: break
    }
    if let own = part.converseBlocks() {
      blocks += own
    } else if case .reasoning = part {
      leaveOut("thoughts without its own signature")
    } else {
      leaveOut("tools that another provider ran itself")
    }
  }

  private mutating func toolResult(_ result: ToolResult) throws(SpateError) -> JSONObject {
    var content: [JSONObject] = []
    for part in result.content { try add(part, of: .user, to: &content) }
    var block: JSONObject = ["toolUseId": .string(ToolCall.converseID(result.callID))]
    block["content"] = .array(content.map(JSONValue.object))
    // Not every model takes a status: success goes without saying.
    if result.isError { block["status"] = "error" }
    return ["toolResult": .object(block)]
  }

  // MARK: Media

  private mutating func media(_ media: Media, _ kind: ConverseMedia.Kind) throws(SpateError) -> JSONObject {
    if media.detail != nil { leaveOut("the detail of images") }
    let (source, format) = try source(of: media, kind)
    var fields: JSONObject = ["format": .string(format), "source": source]
    for (key, value) in media.extra.members where key != "bucketOwner" { fields[key] = value }
    return [kind.rawValue: .object(fields)]
  }

  private mutating func document(_ media: Media) throws(SpateError) -> JSONObject {
    let (source, format) = try source(of: media, .document)
    documentCount += 1
    let name = name(of: media) ?? "document \(documentCount)"
    var fields: JSONObject = ["format": .string(format), "name": .string(name), "source": source]
    for (key, value) in media.extra.members where key != "bucketOwner" { fields[key] = value }
    return ["document": .object(fields)]
  }

  /// Names hold letters, digits, single spaces, hyphens and brackets; everything else is refused.
  private mutating func name(of media: Media) -> String? {
    guard let name = media.name, !name.isEmpty else { return nil }
    var plain = ""
    for scalar in name.unicodeScalars.prefix(200) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "(", ")", "[", "]": plain.unicodeScalars.append(scalar)
      case " " where !plain.hasSuffix(" "): plain += " "
      case " ": break
      default: plain += "-"
      }
    }
    if plain != name { leaveOut("points and signs in the names of documents; they became hyphens", isMoved: true) }
    return plain
  }

  private func source(
    of media: Media, _ kind: ConverseMedia.Kind
  ) throws(SpateError) -> (JSONValue, format: String) {
    var type = media.mediaType
    var name = media.name ?? ""
    let source: JSONValue
    switch media.source {
    case .bytes(let bytes): source = ["bytes": .string(Base64.encode(bytes))]
    case .url(let url):
      if let data = DataURL(url) {
        source = ["bytes": .string(Base64.encode(data.bytes))]
        type = type ?? data.mediaType
      } else if url.hasPrefix("s3://") {
        var place: JSONObject = ["uri": .string(url)]
        if let owner = media.extra["bucketOwner"] { place["bucketOwner"] = owner }
        source = ["s3Location": .object(place)]
        name = url
      } else {
        throw SpateError(
          .badRequest, "\(provider.name) fetches no \(kind.rawValue) from the web: send its bytes, or an s3:// address")
      }
    case .id:
      throw SpateError(.badRequest, "\(provider.name) keeps no files: send the bytes of the \(kind.rawValue)")
    }
    if let type, let format = ConverseMedia.format(of: type, in: kind) { return (source, format) }
    if type == nil, let format = ConverseMedia.format(ofName: name, in: kind) { return (source, format) }
    let shown = type.map { DisplayText.bounded($0, limit: 100) } ?? "no media type"
    throw SpateError(.badRequest, "\(provider.name) takes no \(kind.rawValue) of \(shown)")
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isMoved: Bool = false) {
    let end = isMoved ? "" : ": left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
