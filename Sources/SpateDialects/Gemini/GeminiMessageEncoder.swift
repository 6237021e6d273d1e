// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Gemini's shape.
///
/// The system's words go to a field of their own; results of tools are a user's parts, and those of one turn go into
/// one content, for Gemini wants the answers to parallel calls together (rule N12).
struct GeminiMessageEncoder {
  private let provider: Provider
  private let model: GeminiModel
  private(set) var warnings: [StreamWarning] = []
  /// The value of `systemInstruction`; nil without one.
  private(set) var system: JSONValue?

  private var turns: [(role: Message.Role, parts: [JSONObject])] = []
  private var systemParts: [JSONObject] = []
  /// The calls so far, by id: results are told by name.
  private var calls: [String: (name: String, nativeID: JSONValue?)] = [:]

  /// Google's word for calls that none of its models made: without a signature they are refused.
  static let foreignSignature = "skip_thought_signature_validator"

  /// Free text as a function of one text.
  static let freeText: JSONValue = [
    "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
  ]

  init(provider: Provider, model: GeminiModel) {
    self.provider = provider
    self.model = model
  }

  /// The `contents`; ``system`` and the warnings are known after it.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    for message in messages { try add(message) }
    if !systemParts.isEmpty { system = ["parts": .array(systemParts.map(JSONValue.object))] }
    guard !turns.isEmpty else {
      throw SpateError(.badRequest, "\(provider.name) needs a message beside the system's: add a user's")
    }
    return turns.map { turn in
      ["role": turn.role == .assistant ? "model" : "user", "parts": .array(turn.parts.map(JSONValue.object))]
    }
  }

  private mutating func add(_ message: Message) throws(SpateError) {
    if message.name != nil { leaveOut("names of speakers") }
    var parts: [JSONObject] = []
    for part in message.content { try add(part, of: message.role, to: &parts) }
    if message.role == .assistant, model.isThird { signForeign(&parts) }
    if message.role == .system {
      if !turns.isEmpty { leaveOut("the system's words between others; they went to the beginning", isReplaced: true) }
      systemParts += parts
    } else if parts.isEmpty {
      // A content without parts is refused; where it stands, nothing is lost with it.
      leaveOut("messages without content")
    } else if message.role == .tool, turns.last?.role == .tool {
      turns[turns.count - 1].parts += parts
    } else {
      turns.append((message.role, parts))
    }
  }

  /// Only where no call of the turn has a real signature (rule N12).
  private func signForeign(_ parts: inout [JSONObject]) {
    let calls = parts.indices.filter { parts[$0]["functionCall"] != nil }
    guard let first = calls.first, !calls.contains(where: { parts[$0]["thoughtSignature"] != nil }) else { return }
    parts[first]["thoughtSignature"] = .string(Self.foreignSignature)
  }

  // MARK: Parts

  private mutating func add(
    _ part: ContentPart, of role: Message.Role, to parts: inout [JSONObject]
  ) throws(SpateError) {
    switch (part, role) {
    case (.text(let text), .system), (.text(let text), .user), (.text(let text), .assistant):
      parts.append(["text": .string(text)])
    case (.annotated(let text), .system), (.annotated(let text), .user), (.annotated(let text), .assistant):
      add(text, to: &parts)
    case (.cachePoint, _): leaveOut("cache points")
    case (.image(let media), .user), (.file(let media), .user), (.audio(let media), .user),
      (.image(let media), .assistant), (.file(let media), .assistant), (.audio(let media), .assistant):
      parts.append(try self.media(media))
    case (.toolResult(let result), .tool), (.toolResult(let result), .user):
      parts.append(try self.result(result))
    case (.refusal(let text), .assistant): parts.append(["text": .string(text)])
    case (.reasoning(let reasoning), .assistant): add(reasoning, to: &parts)
    case (.toolCall(let call), .assistant): parts.append(self.call(call))
    case (.providerTool(let tool), .assistant):
      guard tool.seal.dialect == .gemini, let fields = tool.seal.details?.object else {
        return leaveOut("tools that another provider ran itself")
      }
      parts.append(fields)
    case (.native(let native), _):
      guard native.dialect == .gemini, let fields = native.value.object else {
        return leaveOut("parts of the dialect \(native.dialect)")
      }
      parts.append(fields)
    default: throw SpateError(.badRequest, "a message of role \(role.rawValue) can not hold this part")
    }
  }

  private mutating func add(_ text: AnnotatedText, to parts: inout [JSONObject]) {
    var part: JSONObject = ["text": .string(text.text)]
    if !text.citations.isEmpty { leaveOut("citations in its own words") }
    seal(&part, text.seal)
    parts.append(part)
  }

  /// As they came, and only what Google's own models thought.
  private mutating func add(_ reasoning: Reasoning, to parts: inout [JSONObject]) {
    guard let seal = reasoning.seal, seal.isFor(.gemini) else {
      return leaveOut("thoughts of other models")
    }
    var part: JSONObject = ["text": .string(reasoning.text), "thought": true]
    self.seal(&part, seal)
    parts.append(part)
  }

  /// Rule N1: signatures go back byte for byte, in the part in which they came.
  private mutating func seal(_ part: inout JSONObject, _ seal: Seal?) {
    guard let seal else { return }
    guard seal.isFor(.gemini) else { return leaveOut("signatures of other models") }
    if let rest = seal.geminiRest { part.merge(rest) }
    if let signature = seal.signature { part["thoughtSignature"] = .string(signature) }
  }

  // MARK: Calls

  private mutating func call(_ call: ToolCall) -> JSONObject {
    var function: JSONObject = ["name": .string(call.name)]
    if call.isCustom {
      function["args"] = ["input": .string(call.arguments)]
    } else if let input = call.value, case .object = input {
      function["args"] = input
    } else {
      function["args"] = [:]
      leaveOut("arguments that are no JSON object")
    }
    var part: JSONObject = [:]
    var native: JSONValue?
    if let seal = call.seal, seal.isFor(.gemini) {
      let own = seal.details?["functionCall"]?.object ?? [:]
      native = own["id"]
      function.merge(own)
      part = seal.details?.object ?? [:]
      if let signature = seal.signature { part["thoughtSignature"] = .string(signature) }
    }
    if call.isSealed(besides: .gemini) { leaveOut("signatures of other models") }
    part["functionCall"] = .object(function)
    calls[call.id] = (call.name, native)
    return part
  }

  /// Results are told by the name of the function, and by Gemini's own id where it gave one.
  private mutating func result(_ result: ToolResult) throws(SpateError) -> JSONObject {
    guard let name = calls[result.callID]?.name ?? result.name else {
      let id = DisplayText.bounded(result.callID, limit: 100)
      throw SpateError(.badRequest, "\(provider.name) wants the tool's name with its result: no call has the id \(id)")
    }
    var text = ""
    var media: [JSONValue] = []
    for part in result.content {
      switch part {
      case .image(let content), .file(let content), .audio(let content):
        if model.isThird {
          media.append(.object(try self.media(content)))
        } else {
          leaveOut("media in a tool's result")
        }
      case .cachePoint: leaveOut("cache points")
      default: if let words = part.words { text += words } else { leaveOut("such a part in a tool's result") }
      }
    }
    var response: JSONObject = ["name": .string(name)]
    if let id = calls[result.callID]?.nativeID { response["id"] = id }
    response["response"] = [result.isError ? "error" : "output": .string(text)]
    if !media.isEmpty { response["parts"] = .array(media) }
    return ["functionResponse": .object(response)]
  }

  // MARK: Media

  private mutating func media(_ media: Media) throws(SpateError) -> JSONObject {
    if media.detail != nil { leaveOut("the detail of images") }
    if media.name != nil { leaveOut("names of files") }
    var part: JSONObject
    switch media.source {
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "bytes need a media type, such as image/png or application/pdf")
      }
      part = ["inlineData": Self.inline(bytes, type)]
    case .url(let url):
      if let data = DataURL(url) {
        part = ["inlineData": Self.inline(data.bytes, data.mediaType)]
      } else {
        part = ["fileData": Self.file(url, media.mediaType)]
      }
    case .id(let id):
      // A file's name is the end of its address.
      let root = "https://generativelanguage.googleapis.com/v1beta/"
      part = ["fileData": Self.file(id.hasPrefix("files/") ? root + id : id, media.mediaType)]
    }
    part.merge(media.extra)
    seal(&part, media.seal)
    return part
  }

  private static func inline(_ bytes: [UInt8], _ type: String) -> JSONValue {
    ["mimeType": .string(type), "data": .string(Base64.encode(bytes))]
  }

  private static func file(_ address: String, _ type: String?) -> JSONValue {
    var file: JSONObject = ["fileUri": .string(address)]
    if let type = type ?? self.type(of: address) { file["mimeType"] = .string(type) }
    return .object(file)
  }

  /// Vertex wants a type with every file; many addresses say it by their ending.
  private static func type(of address: String) -> String? {
    let types = [
      "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "heic": "image/heic",
      "pdf": "application/pdf", "txt": "text/plain", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac",
      "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
    ]
    let path = address.prefix { $0 != "?" && $0 != "#" }
    guard let dot = path.lastIndex(of: ".") else { return nil }
    return types[path[path.index(after: dot)...].lowercased()]
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isReplaced: Bool = false) {
    let end = isReplaced ? "" : ": left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
