// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes the messages of a request in Ollama's shape: content is text, images are bytes beside it.
struct OllamaMessageEncoder {
  private let provider: Provider
  /// The tools by the ids of their calls: results go by names here.
  private var names: [String: String] = [:]
  /// Ids that are ours: Ollama gave none, and gets none back (rule D22).
  private var ownIDs: Set<String> = []
  private(set) var warnings: [StreamWarning] = []

  init(provider: Provider) { self.provider = provider }

  /// The elements of `messages`.
  mutating func encode(_ messages: [Message]) throws(SpateError) -> [JSONValue] {
    var turns: [JSONValue] = []
    for message in messages {
      if message.name != nil { leaveOut("names of speakers") }
      switch message.role {
      case .system, .user: turns.append(.object(try written(message)))
      case .assistant: turns.append(.object(try turn(message)))
      case .tool: turns += try results(message)
      }
    }
    return turns
  }

  private mutating func written(_ message: Message) throws(SpateError) -> JSONObject {
    var fields: JSONObject = ["role": .string(message.role.rawValue), "content": .string(message.text)]
    let images = try images(in: message.content, ofUser: message.role == .user)
    if !images.isEmpty { fields["images"] = .array(images) }
    return fields
  }

  // MARK: Results

  /// Each result is a message of its own.
  private mutating func results(_ message: Message) throws(SpateError) -> [JSONValue] {
    var turns: [JSONValue] = []
    for part in message.content {
      guard case .toolResult(let result) = part else {
        throw SpateError(.badRequest, "a message of role tool holds results only: give it as .toolResult(id:_:)")
      }
      var fields: JSONObject = ["role": "tool", "content": .string(result.content.compactMap(\.words).joined())]
      if result.isError { leaveOut("the mark of a tool that failed") }
      let images = try images(in: result.content, ofUser: true)
      if !images.isEmpty { fields["images"] = .array(images) }
      if let name = result.name ?? names[result.callID] { fields["tool_name"] = .string(name) }
      if !result.callID.isEmpty, !ownIDs.contains(result.callID) { fields["tool_call_id"] = .string(result.callID) }
      turns.append(.object(fields))
    }
    return turns
  }

  // MARK: A model's turn

  private mutating func turn(_ message: Message) throws(SpateError) -> JSONObject {
    var text = ""
    var thoughts = ""
    var calls: [JSONValue] = []
    for part in message.content {
      switch part {
      case .text(let words), .refusal(let words): text += words
      case .annotated(let words):
        text += words.text
        if !words.citations.isEmpty { leaveOut("citations") }
        if words.hasMarks(besides: .ollama), words.citations.isEmpty { leaveOut("seals of another dialect's words") }
      case .reasoning(let reasoning):
        thoughts += reasoning.text
        if reasoning.seal?.isFor(.ollama) == false { leaveOut("seals of another dialect's thoughts") }
      case .toolCall(let call): calls.append(self.call(call))
      case .providerTool: leaveOut("tools that a provider ran itself")
      case .native: leaveOut("parts of another dialect")
      case .cachePoint: leaveOut("cache points")
      case .image, .file, .audio: leaveOut("media that a model made")
      default: throw SpateError(.badRequest, "a message of role assistant holds text, reasoning and tool calls only")
      }
    }
    var fields: JSONObject = ["role": "assistant", "content": .string(text)]
    if !thoughts.isEmpty { fields["thinking"] = .string(thoughts) }
    if !calls.isEmpty { fields["tool_calls"] = .array(calls) }
    return fields
  }

  /// Arguments are an object: what is none goes as its text, so that nothing is lost (rules N14, T7).
  private mutating func call(_ call: ToolCall) -> JSONValue {
    names[call.id] = call.name
    let isMinted = call.seal == ToolCall.mintedByOllama
    if isMinted { ownIDs.insert(call.id) }
    if call.isSealed(besides: .ollama) { leaveOut("seals of another dialect's calls") }
    var arguments = call.isCustom ? nil : call.value
    if arguments?.object == nil {
      arguments = ["input": .string(call.arguments)]
      leaveOut("arguments that are no object, as of \(call.name); they were put into one", isMoved: true)
    }
    var fields: JSONObject = [:]
    if !call.id.isEmpty, !isMinted { fields["id"] = .string(call.id) }
    fields["function"] = ["name": .string(call.name), "arguments": arguments ?? [:]]
    return .object(fields)
  }

  // MARK: Images

  private mutating func images(in parts: [ContentPart], ofUser: Bool) throws(SpateError) -> [JSONValue] {
    var images: [JSONValue] = []
    for part in parts where part.words == nil {
      switch part {
      case .image(let media) where ofUser:
        if media.detail != nil { leaveOut("the detail of images") }
        if !media.extra.isEmpty { leaveOut("fields of images") }
        images.append(.string(try bytes(of: media)))
      case .cachePoint: leaveOut("cache points")
      default: throw SpateError(.badRequest, "\(provider.name) takes text, and images of users and tools, only")
      }
    }
    return images
  }

  /// In base64. It fetches nothing.
  private func bytes(of media: Media) throws(SpateError) -> String {
    switch media.source {
    case .bytes(let bytes): return Base64.encode(bytes)
    case .url(let url):
      if url.hasPrefix("data:"), let comma = url.firstIndex(of: ","), url[..<comma].hasSuffix(";base64"),
        let bytes = Base64.decode(url[url.index(after: comma)...])
      {
        return Base64.encode(bytes)
      }
      throw SpateError(.badRequest, "\(provider.name) does not fetch images: give the bytes, not an address")
    case .id: throw SpateError(.badRequest, "\(provider.name) keeps no files: give the bytes of an image, not an id")
    }
  }

  /// Said once, however often it happens.
  private mutating func leaveOut(_ what: String, isMoved: Bool = false) {
    let end = isMoved ? "" : ": left out"
    let warning = StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what)\(end)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}

extension ToolCall {
  /// The seal of a call whose id is ours. It says nothing but the dialect: there is nothing to send back.
  static let mintedByOllama = Seal(dialect: .ollama)
}
