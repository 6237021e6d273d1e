// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Anthropic's shape.
///
/// The system's words go to a field of their own; results of tools are a user's words, and those of one turn go into
/// one message, for Anthropic wants the answers to parallel calls together.
struct AnthropicMessageEncoder {
  private let provider: Provider
  private(set) var warnings: [StreamWarning] = []
  /// The value of `system`; nil without one.
  private(set) var system: JSONValue?
  /// A file is named by its id.
  private(set) var usesFiles = false

  private var turns: [(role: String, content: [JSONObject])] = []
  private var systemBlocks: [JSONObject] = []

  init(provider: Provider) { self.provider = provider }

  /// The `messages`; ``system`` and the rest are known after it.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    for message in messages { try add(message) }
    if let first = systemBlocks.first {
      let isPlain = systemBlocks.count == 1 && first.members.count == 2
      system = isPlain ? first["text"] : .array(systemBlocks.map(JSONValue.object))
    }
    guard !turns.isEmpty else {
      throw SpateError(.badRequest, "\(provider.name) needs a message beside the system's: add a user's")
    }
    return turns.map { turn in
      let isPlain = turn.content.count == 1 && turn.content[0]["type"] == "text" && turn.content[0].members.count == 2
      let content = isPlain ? turn.content[0]["text"] : nil
      return ["role": .string(turn.role), "content": content ?? .array(turn.content.map(JSONValue.object))]
    }
  }

  private mutating func add(_ message: Message) throws(SpateError) {
    if message.name != nil { leaveOut("names of speakers") }
    var blocks: [JSONObject] = []
    for part in message.content { try add(part, of: message.role, to: &blocks) }
    switch message.role {
    case .system:
      if !turns.isEmpty { leaveOut("the system's words between others; they went to the beginning", isMoved: true) }
      systemBlocks += blocks
    case .user, .tool: append(blocks, as: "user", joins: lastIsResult)
    case .assistant: append(blocks, as: "assistant", joins: false)
    }
  }

  private var lastIsResult: Bool { turns.last?.content.last?["type"] == "tool_result" }

  private mutating func append(_ blocks: [JSONObject], as role: String, joins: Bool) {
    // A message without words is refused; where it stands, nothing is lost with it.
    guard !blocks.isEmpty else { return leaveOut("messages without content") }
    if joins, let last = turns.indices.last, turns[last].role == role {
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
    case (.text(let text), .system), (.text(let text), .user), (.text(let text), .assistant):
      // An empty block is refused, and says nothing.
      if !text.isEmpty { blocks.append(["type": "text", "text": .string(text)]) }
    case (.annotated(let text), .system), (.annotated(let text), .user), (.annotated(let text), .assistant):
      add(text, to: &blocks)
    case (.cachePoint(let point), _): mark(point, &blocks)
    case (.image(let media), .user): blocks.append(try image(media))
    case (.file(let media), .user): blocks.append(try document(media))
    case (.toolResult(let result), .tool), (.toolResult(let result), .user):
      blocks.append(try toolResult(result))
    case (.refusal(let text), .assistant): blocks.append(["type": "text", "text": .string(text)])
    case (.reasoning(let reasoning), .assistant): add(reasoning, to: &blocks)
    case (.toolCall(let call), .assistant): blocks.append(toolUse(call))
    case (.providerTool(let tool), .assistant): add(tool, to: &blocks)
    case (.native(let native), _):
      guard native.dialect == .anthropic, let fields = native.value.object else {
        return leaveOut("parts of the dialect \(native.dialect)")
      }
      blocks.append(fields)
    case (.image, .assistant), (.file, .assistant), (.audio, .assistant): leaveOut("media that a model made")
    case (.audio, _): throw SpateError(.badRequest, "\(provider.name) does not take audio")
    default: throw SpateError(.badRequest, "a message of role \(role.rawValue) can not hold this part")
    }
  }

  private mutating func add(_ text: AnnotatedText, to blocks: inout [JSONObject]) {
    if text.hasMarks(besides: .anthropic) { leaveOut("citations and seals of another dialect's words") }
    guard !text.text.isEmpty else { return }
    var block: JSONObject = ["type": "text", "text": .string(text.text)]
    if !text.citations.isEmpty, text.seal?.isFor(.anthropic) ?? true { block["citations"] = .array(text.citations) }
    blocks.append(block)
  }

  /// Rules N1, N3: as they came, or not at all: thoughts without Anthropic's own signature are refused.
  private mutating func add(_ reasoning: Reasoning, to blocks: inout [JSONObject]) {
    guard let seal = reasoning.seal, seal.isFor(.anthropic), seal.signature != nil || seal.details != nil else {
      return leaveOut("thoughts without its own signature")
    }
    if let signature = seal.signature {
      blocks.append(
        ["type": "thinking", "thinking": .string(reasoning.text), "signature": .string(signature)])
    }
    for value in seal.details?.array ?? [seal.details].compactMap(\.self) {
      if let fields = value.object { blocks.append(fields) }
    }
  }

  private mutating func toolUse(_ call: ToolCall) -> JSONObject {
    var block: JSONObject = ["type": "tool_use", "id": .string(Self.id(call.id)), "name": .string(call.name)]
    if call.isCustom {
      block["input"] = ["input": .string(call.arguments)]
    } else if let input = call.value, case .object = input {
      block["input"] = input
    } else {
      block["input"] = [:]
      leaveOut("arguments that are no JSON object")
    }
    if let seal = call.seal, seal.isFor(.anthropic), let rest = seal.details?.object { block.merge(rest) }
    if call.isSealed(besides: .anthropic) { leaveOut("seals of another dialect's calls") }
    return block
  }

  private mutating func add(_ tool: ProviderTool, to blocks: inout [JSONObject]) {
    guard tool.seal.isFor(.anthropic), let fields = tool.seal.details?.object else {
      return leaveOut("tools that another provider ran itself")
    }
    blocks.append(fields)
  }

  private mutating func toolResult(_ result: ToolResult) throws(SpateError) -> JSONObject {
    var content: [JSONObject] = []
    for part in result.content { try add(part, of: .user, to: &content) }
    var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(Self.id(result.callID))]
    let isPlain = content.count == 1 && content[0]["type"] == "text" && content[0].members.count == 2
    if !content.isEmpty {
      block["content"] = isPlain ? content[0]["text"] : .array(content.map(JSONValue.object))
    }
    if result.isError { block["is_error"] = true }
    return block
  }

  /// Ids of calls are letters, digits, `_` and `-` here; those of other providers may be anything.
  static func id(_ id: String) -> String {
    String(
      String.UnicodeScalarView(
        id.unicodeScalars.map { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
          default: "_"
          }
        }))
  }

  /// On the block before it; thoughts can not bear a mark.
  private mutating func mark(_ point: CachePoint, _ blocks: inout [JSONObject]) {
    let thoughts: Set<JSONValue> = ["thinking", "redacted_thinking"]
    if let last = blocks.indices.last, let type = blocks[last]["type"], !thoughts.contains(type) {
      blocks[last]["cache_control"] = point.anthropic
    } else {
      leaveOut("cache points where nothing stands before them")
    }
  }

  // MARK: Media

  private mutating func image(_ media: Media) throws(SpateError) -> JSONObject {
    if media.detail != nil { leaveOut("the detail of images") }
    var block: JSONObject = ["type": "image", "source": try source(media, kind: "image")]
    block.merge(media.extra)
    return block
  }

  private mutating func document(_ media: Media) throws(SpateError) -> JSONObject {
    var block: JSONObject = ["type": "document", "source": try source(media, kind: "file")]
    if let name = media.name { block["title"] = .string(name) }
    block.merge(media.extra)
    return block
  }

  private mutating func source(_ media: Media, kind: String) throws(SpateError) -> JSONValue {
    switch media.source {
    case .id(let id):
      usesFiles = true
      return ["type": "file", "file_id": .string(id)]
    case .url(let url):
      guard let data = DataURL(url) else { return ["type": "url", "url": .string(url)] }
      return source(data.bytes, data.mediaType, kind)
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "the bytes of an \(kind) need a media type, such as image/png or application/pdf")
      }
      return source(bytes, type, kind)
    }
  }

  /// Text is sent as text, everything else in base64.
  private func source(_ bytes: [UInt8], _ type: String, _ kind: String) -> JSONValue {
    if kind == "file", type.hasPrefix("text/"), JSONText.isWellFormedUTF8(bytes.span) {
      return ["type": "text", "media_type": "text/plain", "data": .string(bytes.span.decodedString())]
    }
    return ["type": "base64", "media_type": .string(type), "data": .string(Base64.encode(bytes))]
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isMoved: Bool = false) {
    let end = isMoved ? "" : ": left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
