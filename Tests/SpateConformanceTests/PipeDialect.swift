// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

/// A dialect that a user might write, with the public interface only: a word and a JSON text a line.
///
///     say "Hel"
///     call "c1" "weather"
///     args "{\"city\":\"Ulm\"}"
///     used 3 5
///     end stop
struct PipeDialect: Dialect {
  let id: DialectID = "pipe"

  func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    guard !request.messages.isEmpty else { throw SpateError(.badRequest, "the prompt is empty: add a message") }
    var warnings: [StreamWarning] = []
    let messages = request.messages.map { message -> JSONValue in
      var fields: JSONObject = ["who": .string(message.role.rawValue), "words": .string(message.text)]
      for part in message.content {
        switch part {
        case .toolCall(let call):
          fields["call"] = [.string(call.id), .string(call.name), .string(call.arguments)]
        case .toolResult(let result):
          fields["of"] = .string(result.callID)
          fields["words"] = .string(result.content.compactMap(\.words).joined())
        default:
          if part.words == nil {
            warnings.append(StreamWarning(.unsupportedOption, "pipes carry words and calls only"))
          }
        }
      }
      return .object(fields)
    }
    let body: JSONValue = ["model": .string(request.model), "talk": .array(messages)]
    return EncodedRequest(path: "/pipe", body: body.bytes, warnings: warnings)
  }

  func decoder(for context: ResponseContext) -> any ResponseDecoder { PipeDecoder(context: context) }

  var server: (any ServerDialect)? { PipeServer() }

  var conversationForm: ConversationForm { ConversationForm(messages: "talk") }
}

struct PipeDecoder: ResponseDecoder {
  private(set) var eventCount = 0
  private(set) var hasBegun = false
  private let context: ResponseContext
  private var framer: NDJSONFramer
  private var failure: SpateError?
  private var finish: Finish?
  private var isStarted = false
  private var byteCount = 0
  private var errorBody: [UInt8] = []
  private var calls: [ToolCall] = []

  init(context: ResponseContext) {
    self.context = context
    framer = NDJSONFramer(lineLimit: context.eventLimit)
  }

  private var isError: Bool { !(200..<300).contains(context.status) }

  mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand {
    guard failure == nil, finish == nil else { return .done }
    if isError {
      for index in bytes.indices where errorBody.count < 64 << 10 { errorBody.append(bytes[index]) }
      return .more
    }
    // What is within the limit is decoded first, so that any split gives the same events.
    let room = context.bodyLimit - byteCount
    let within = bytes.count <= room ? bytes : bytes.extracting(first: room)
    byteCount += within.count
    do throws(WireError) {
      var position = 0
      while failure == nil, finish == nil, let place = try framer.next(within, &position) {
        switch place {
        case .input(let range): take(Self.array(within.extracting(range)), into: &events)
        case .buffer: take(framer.record, into: &events)
        }
      }
    } catch { failure = SpateError(wire: error) }
    if bytes.count > room, failure == nil, finish == nil { failure = SpateError(.limit, "the answer is too long") }
    return failure == nil && finish == nil ? .more : .done
  }

  mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError) {
    if isError { throw SpateError(reported: errorBody, context: context) }
    if let failure { throw failure }
    guard let finish else {
      if case .broken(let reason) = end { throw reason }
      throw SpateError(.truncated, "the stream ended before its end line")
    }
    for call in calls { events.append(.toolCall(call)) }
    events.append(.finish(finish))
  }

  private static func array(_ bytes: Span<UInt8>) -> [UInt8] {
    var array: [UInt8] = []
    for index in bytes.indices { array.append(bytes[index]) }
    return array
  }

  private mutating func take(_ line: [UInt8], into events: inout [StreamEvent]) {
    hasBegun = true
    eventCount += 1
    if context.includesNative { events.append(.native(NativeEvent(bytes: line))) }
    let word = String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self)
    let rest = Array(line.dropFirst(word.utf8.count + 1))
    if !isStarted, word != "error" {
      isStarted = true
      events.append(.start(ResponseStart(model: "pipe")))
    }
    do throws(SpateError) { try read(word, rest, into: &events) } catch { failure = error }
  }

  private mutating func read(
    _ word: String, _ rest: [UInt8], into events: inout [StreamEvent]
  ) throws(SpateError) {
    switch word {
    case "say", "think":
      let text = try text(rest)
      if text.isEmpty { return }
      events.append(word == "say" ? .text(TextDelta(text)) : .reasoning(TextDelta(text)))
    case "call":
      guard calls.count < context.toolCallLimit else { throw SpateError(.limit, "too many calls") }
      let name = try text(rest)
      let call = ToolCall(id: "call-\(calls.count)", name: name.isEmpty ? "?" : name, arguments: "")
      events.append(.toolInputStart(ToolInputStart(index: Int32(calls.count), id: call.id, name: call.name)))
      calls.append(call)
    case "args":
      let text = try text(rest)
      guard !calls.isEmpty, !text.isEmpty else { return }
      guard calls[calls.count - 1].arguments.utf8.count + text.utf8.count <= context.toolArgumentsLimit else {
        throw SpateError(.limit, "the arguments are too long")
      }
      calls[calls.count - 1].arguments += text
      events.append(.toolInputDelta(ToolInputDelta(index: Int32(calls.count - 1), arguments: text)))
    case "used":
      let counts = String(decoding: rest, as: UTF8.self).split(separator: " ").map { Int($0) }
      if counts.count == 2 { events.append(.usage(Usage(input: counts[0], output: counts[1]))) }
    case "end":
      let reason = String(decoding: rest, as: UTF8.self)
      finish = Finish(reason: FinishReason(rawValue: reason) ?? .unknown, native: reason)
    case "error": throw SpateError(reported: rest, context: context, isInStream: true)
    default: events.append(.raw(RawEvent(type: word, bytes: rest)))
    }
  }

  private func text(_ bytes: [UInt8]) throws(SpateError) -> String {
    do throws(WireError) { return try JSONValue(parsing: bytes).string ?? "" } catch { throw SpateError(wire: error) }
  }
}

extension SpateError {
  /// What bytes mean that can not be framed or read.
  fileprivate init(wire error: WireError) {
    switch error {
    case .limit: self.init(.limit, "\(error)")
    case .malformed: self.init(.decode, "malformed data: \(error)")
    }
  }
}

struct PipeServer: ServerDialect {
  let idPrefix = "pipe-"
  let streamType = "text/plain"

  func serves(_ request: ServedRequest) -> Bool { request.method == "POST" && request.path == "/pipe" }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    let body: JSONValue
    do throws(WireError) { body = try JSONValue(parsing: request.body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    var messages: [Message] = []
    for (index, value) in (body["talk"]?.array ?? []).enumerated() {
      guard let role = value["who"]?.string.flatMap(Message.Role.init) else {
        throw SpateError(.badRequest, "talk[\(index)].who must be a role")
      }
      let words = value["words"]?.string ?? ""
      var content: [ContentPart] = words.isEmpty ? [] : [.text(words)]
      if let id = value["of"]?.string { content = [.toolResult(ToolResult(callID: id, text: words))] }
      if let call = value["call"]?.array?.compactMap(\.string), call.count == 3 {
        content.append(.toolCall(ToolCall(id: call[0], name: call[1], arguments: call[2])))
      }
      messages.append(Message(role: role, content: content))
    }
    return ChatRequest(model: body["model"]?.string ?? "", messages: messages)
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter { PipeWriter() }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    var writer = PipeWriter()
    return events.flatMap { writer.bytes(of: $0) }
  }

  func body(of failure: ServedFailure) -> [UInt8] { Array((failure.message ?? "failed").utf8) }
}

private struct PipeWriter: AnswerWriter {
  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    func line(_ word: String, _ text: String) -> [UInt8] { Array("\(word) \(JSONValue.string(text))\n".utf8) }
    return switch event {
    case .text(let delta): line("say", delta.text)
    case .reasoning(let delta): line("think", delta.text)
    case .toolInputStart(let start): line("call", start.name)
    case .toolInputDelta(let delta): line("args", delta.arguments)
    case .finish(let finish): Array("end \(finish.reason.rawValue)\n".utf8)
    default: []
    }
  }

  mutating func bytes(of failure: ServedFailure) -> [UInt8] {
    Array("error {\"message\":\"failed\",\"code\":\(failure.status)}\n".utf8)
  }
}
