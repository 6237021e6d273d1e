// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request as input items.
///
/// A model's turn goes back item by item, in the order in which it came: thoughts with what is encrypted in them, words
/// with the ids of their messages, calls, tools that ran at the provider (rules N1, N3).
struct ResponsesInputEncoder {
  let provider: Provider
  /// The provider keeps what it answers, and knows its items by their ids.
  private let isStored: Bool
  private(set) var warnings: [StreamWarning] = []
  private var items: [JSONObject] = []
  /// Calls of custom tools, by id: their results are of another type.
  private var customCalls: Set<String> = []
  /// A thought of this turn was left out: what followed it is refused by its id without it.
  private var hasLostThought = false

  init(provider: Provider, isStored: Bool) {
    self.provider = provider
    self.isStored = isStored
  }

  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    for message in messages {
      if message.name != nil { leaveOut("names of speakers") }
      switch message.role {
      case .system, .user: try addWritten(message)
      case .assistant: try addTurn(message)
      case .tool: for part in message.content { try addResult(part) }
      }
    }
    return items.map { .object(Self.plain($0) ?? $0) }
  }

  /// A model's mere words in the short form, which every server takes.
  private static func plain(_ item: JSONObject) -> JSONObject? {
    guard item.keys == ["type", "role", "content"], item["role"] == "assistant", let parts = item["content"]?.array,
      parts.allSatisfy({ $0.object?.keys == ["type", "text"] && $0["type"] == "output_text" })
    else { return nil }
    return ["role": "assistant", "content": .string(parts.compactMap { $0["text"]?.string }.joined())]
  }

  // MARK: What is written to a model

  private mutating func addWritten(_ message: Message) throws(SpateError) {
    let role = JSONValue.string(message.role.rawValue)
    var parts: [JSONValue] = []
    // Results and items of the dialect's own stand between messages.
    func close(_ items: inout [JSONObject]) {
      guard !parts.isEmpty else { return }
      items.append(["role": role, "content": Self.content(parts)])
      parts = []
    }
    for part in message.content {
      switch part {
      case .toolResult where message.role == .user:
        close(&items)
        try addResult(part)
      case .native(let native) where native.dialect == .openAIResponses && native.value["role"] == nil:
        close(&items)
        items.append(native.value.object ?? [:])
      default: if let value = try written(part) { parts.append(value) }
      }
    }
    close(&items)
  }

  /// Plain text as a string, everything else as a list of parts.
  private static func content(_ parts: [JSONValue]) -> JSONValue {
    let texts = parts.compactMap { $0["type"] == "input_text" ? $0["text"]?.string : nil }
    return texts.count == parts.count ? .string(texts.joined()) : .array(parts)
  }

  private mutating func written(_ part: ContentPart) throws(SpateError) -> JSONValue? {
    if let text = part.words { return ["type": "input_text", "text": .string(text)] }
    switch part {
    case .image(let media): return .object(try image(media))
    case .file(let media): return .object(try file(media))
    case .audio(let media): return try audio(media)
    case .cachePoint: leaveOut("cache points")
    case .native(let native): leaveOut("parts of the dialect \(native.dialect)")
    default:
      throw SpateError(.badRequest, "a message of role user or system holds text, images, files and audio only")
    }
    return nil
  }

  // MARK: Results

  private mutating func addResult(_ part: ContentPart) throws(SpateError) {
    if case .native(let native) = part, native.dialect == .openAIResponses {
      return items.append(native.value.object ?? [:])
    }
    guard case .toolResult(let result) = part else {
      throw SpateError(.badRequest, "a message of role tool holds results only: give it as .toolResult(id:_:)")
    }
    var parts: [JSONValue] = []
    for part in result.content { if let value = try written(part) { parts.append(value) } }
    if result.isError { leaveOut("the mark of a tool that failed") }
    let type = customCalls.contains(result.callID) ? "custom_tool_call_output" : "function_call_output"
    items.append(
      [
        "type": .string(type), "call_id": .string(result.callID), "output": parts.isEmpty ? "" : Self.content(parts),
      ])
  }

  // MARK: A model's turn

  private mutating func addTurn(_ message: Message) throws(SpateError) {
    hasLostThought = false
    // Parts of one message item stay together.
    var canJoin = false
    for part in message.content {
      let begins = canJoin
      canJoin = false
      switch part {
      case .text(let text):
        add(["type": "output_text", "text": .string(text)], seal: nil, joins: begins)
        canJoin = true
      case .annotated(let text):
        add(words(text), seal: text.seal, joins: begins)
        canJoin = true
      case .refusal(let text):
        add(["type": "refusal", "refusal": .string(text)], seal: nil, joins: begins)
        canJoin = true
      case .reasoning(let reasoning): add(reasoning)
      case .toolCall(let call): add(call)
      case .providerTool(let tool): add(tool)
      case .native(let native):
        if native.dialect == .openAIResponses, let item = native.value.object {
          items.append(item)
        } else {
          leaveOut("parts of the dialect \(native.dialect)")
        }
      case .image(let media) where media.seal?.dialect == .openAIResponses:
        break  // its item goes back as a tool's
      case .image, .file, .audio: leaveOut("media that a model made")
      case .cachePoint:
        leaveOut("cache points")
        canJoin = begins
      default: throw SpateError(.badRequest, "a message of role assistant holds text, reasoning and tool calls only")
      }
    }
  }

  private mutating func words(_ text: AnnotatedText) -> JSONObject {
    var part: JSONObject = ["type": "output_text", "text": .string(text.text)]
    guard !text.citations.isEmpty else {
      if text.hasMarks(besides: .openAIResponses) { leaveOut("seals of another dialect") }
      return part
    }
    if text.seal?.isFor(.openAIResponses) ?? true {
      part["annotations"] = .array(text.citations)
    } else {
      leaveOut("citations of another dialect")
    }
    return part
  }

  /// A part of a message: into the last item if it is the same message, else into one of its own.
  private mutating func add(_ part: JSONObject, seal: Seal?, joins: Bool) {
    var message: JSONObject = ["type": "message", "role": "assistant"]
    if let seal, seal.isFor(.openAIResponses), let details = seal.details?.object { message.merge(details) }
    if hasLostThought { message["id"] = nil }
    let isSealed = message.members.count > 2
    if joins, let last = items.indices.last, items[last]["type"] == "message", items[last]["role"] == "assistant" {
      // Words without a seal belong to what they stand beside.
      if !isSealed || items[last]["id"] == message["id"], var content = items[last]["content"]?.array {
        content.append(.object(part))
        items[last]["content"] = .array(content)
        return
      }
    }
    message["content"] = [.object(part)]
    items.append(message)
  }

  /// As it came, or not at all: thoughts of another provider say nothing here.
  private mutating func add(_ reasoning: Reasoning) {
    guard let seal = reasoning.seal, seal.isFor(.openAIResponses), let details = seal.details else {
      hasLostThought = true
      return leaveOut("thoughts without its own seal")
    }
    for value in details.array ?? [details] {
      guard var item = value.object, item["type"] == "reasoning" else {
        leaveOut("thoughts without its own seal")
        continue
      }
      // Nulls and blanks are answered with 400; they say nothing.
      for (key, value) in item.members where value.isNull || value == "" { item[key] = nil }
      let isSealed = item["encrypted_content"] != nil || item["content"]?.array?.isEmpty == false
      guard isStored || isSealed else {
        // It is not kept there either: its id names nothing.
        hasLostThought = true
        leaveOut("thoughts that were neither stored nor encrypted")
        continue
      }
      items.append(item)
    }
  }

  private mutating func add(_ call: ToolCall) {
    var item: JSONObject = [:]
    if call.isCustom {
      customCalls.insert(call.id)
      item = ["type": "custom_tool_call", "call_id": .string(call.id), "name": .string(call.name)]
      item["input"] = .string(call.arguments)
    } else {
      item = ["type": "function_call", "call_id": .string(call.id), "name": .string(call.name)]
      // A blank argument text is refused when it is sent back (rule T6).
      let isBlank = call.arguments.utf8.allSatisfy { $0 <= 0x20 }
      item["arguments"] = .string(isBlank ? "{}" : call.arguments)
    }
    if let seal = call.seal {
      if seal.isFor(.openAIResponses), let rest = seal.details?.object {
        item.merge(rest)
      } else if call.isSealed(besides: .openAIResponses) {
        leaveOut("seals of another dialect")
      }
    }
    if hasLostThought { item["id"] = nil }
    items.append(item)
  }

  private mutating func add(_ tool: ProviderTool) {
    guard tool.seal.isFor(.openAIResponses), let item = tool.seal.details?.object else {
      return leaveOut("tools that another provider ran itself")
    }
    items.append(item)
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String) {
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): left out")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
