// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Mistral's chat: events to the bytes of a stream.
///
/// Calls go out whole with the finish, and so does the usage, as Mistral sends them.
struct MistralWriter: AnswerWriter {
  private let beginning: JSONObject
  private var calls: [(choice: Int32, index: Int32, call: ToolCall)] = []
  private var usage: Usage?

  init(start: ResponseStart) { beginning = Self.beginning(start, object: "chat.completion.chunk") }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    switch event {
    case .start: return chunk(0, ["role": "assistant", "content": ""])
    // It has no words for a refusal: they are words.
    case .text(let delta), .refusal(let delta): return chunk(delta.choice, ["content": .string(delta.text)])
    case .reasoning(let delta): return chunk(delta.choice, ["content": [Self.thought(delta.text)]])
    case .reasoningDetail(let detail):
      guard detail.seal.isFor(.mistral), let signature = detail.signature else { break }
      return chunk(detail.choice, ["content": [Self.thought("", signature: signature)]])
    case .part(let whole):
      guard case .native(let part) = whole.part, part.dialect == .mistral else { break }
      return chunk(whole.choice, ["content": [part.value]])
    case .toolInputStart(let start):
      calls.append((start.choice, start.index, ToolCall(id: start.id, name: start.name, arguments: "")))
    case .toolInputDelta(let delta):
      if let place = calls.firstIndex(where: { $0.choice == delta.choice && $0.index == delta.index }) {
        calls[place].call.arguments += delta.arguments
      }
    case .toolCall(let call):
      // It says again what began before; one that came whole is new.
      let choice = Int32(clamping: call.choice)
      if let place = calls.firstIndex(where: { $0.choice == choice && $0.call.id == call.id }) {
        calls[place].call = call
      } else {
        calls.append((choice, Int32(calls.count { $0.choice == choice }), call))
      }
    case .logprobs(let delta): return chunk(delta.choice, [:], logprobs: delta.native)
    case .usage(let report): usage = report
    case .finish(let finish): return end(finish)
    default: break
    }
    return []
  }

  /// An error inside a stream, and the end of it (rule C11).
  func bytes(of failure: ServedFailure) -> [UInt8] {
    ChatStreamWriter.frame(MistralServer.error(of: failure).bytes) + ChatStreamWriter.lastWord
  }

  private func chunk(
    _ choice: Int32, _ delta: JSONObject, finish: String? = nil, logprobs: JSONValue? = nil, usage: JSONValue? = nil
  ) -> [UInt8] {
    var entry: JSONObject = ["index": .number(JSONNumber(Int(choice))), "delta": .object(delta)]
    entry["finish_reason"] = finish.map(JSONValue.string) ?? .null
    if let logprobs { entry["logprobs"] = logprobs }
    var fields = beginning
    fields["choices"] = [.object(entry)]
    if let usage { fields["usage"] = usage }
    return ChatStreamWriter.frame(JSONValue.object(fields).bytes)
  }

  private func end(_ finish: Finish) -> [UInt8] {
    let ends =
      finish.choices.isEmpty
      ? [ChoiceFinish(choice: 0, reason: finish.reason, native: finish.native)] : finish.choices
    var bytes: [UInt8] = []
    for (number, end) in ends.enumerated() {
      let own = calls.filter { $0.choice == end.choice }
      var delta: JSONObject = ["content": ""]
      if !own.isEmpty { delta["tool_calls"] = .array(own.map { $0.call.mistral(number: Int($0.index)) }) }
      bytes += chunk(
        end.choice, delta, finish: end.native ?? end.reason?.mistralWord ?? "stop",
        usage: number == ends.count - 1 ? Self.report(usage) : nil)
    }
    return bytes + ChatStreamWriter.lastWord
  }

  // MARK: Pieces of both forms

  private static func beginning(_ start: ResponseStart, object: String) -> JSONObject {
    [
      "id": .string(start.id ?? ""), "object": .string(object), "created": .number(JSONNumber(start.created ?? 0)),
      "model": .string(start.model ?? ""),
    ]
  }

  private static func thought(_ text: String, signature: String? = nil) -> JSONValue {
    var fields: JSONObject = ["type": "thinking"]
    fields["thinking"] = text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
    if let signature { fields["signature"] = .string(signature) }
    return .object(fields)
  }

  private static func report(_ usage: Usage?) -> JSONValue {
    var json = JSONWriter()
    (usage ?? Usage()).writeChat(to: &json)
    do throws(WireError) { return try JSONValue(parsing: json.bytes) } catch { return [:] }
  }

  // MARK: A whole answer

  static func document(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let answer = accumulator.partial
    var fields = beginning(
      ResponseStart(id: answer.id, model: answer.model, created: answer.created), object: "chat.completion")
    fields["choices"] = .array(
      answer.choices.map { choice in
        var message: JSONObject = ["role": "assistant"]
        message["content"] = content(choice, of: answer)
        message["tool_calls"] =
          choice.toolCalls.isEmpty ? .null : .array(choice.toolCalls.enumerated().map { $1.mistral(number: $0) })
        var entry: JSONObject = ["index": .number(JSONNumber(choice.index)), "message": .object(message)]
        entry["finish_reason"] = .string(choice.nativeFinish ?? choice.finish?.mistralWord ?? "stop")
        return .object(entry)
      })
    fields["usage"] = report(answer.usage)
    return JSONValue.object(fields).bytes
  }

  /// A text, or the list that it takes to keep thoughts and parts; those that have no number belong to the first answer.
  private static func content(_ choice: PartialResponse.Choice, of answer: PartialResponse) -> JSONValue {
    let words = choice.text + (choice.refusal ?? "")
    let parts =
      choice.index == 0
      ? answer.message.content
      : (choice.reasoning.isEmpty ? [] : [.reasoning(Reasoning(text: choice.reasoning))])
        + [.text(words)]
    let list: [JSONValue] = parts.compactMap { part in
      switch part {
      case .reasoning(let thought): Self.thought(thought.text, signature: thought.signature)
      case .text(let words), .refusal(let words): ["type": "text", "text": .string(words)]
      case .annotated(let words): ["type": "text", "text": .string(words.text)]
      case .native(let native) where native.dialect == .mistral: native.value
      default: nil
      }
    }
    return list.allSatisfy { $0["type"] == "text" } ? .string(words) : .array(list)
  }
}

extension ToolCall {
  /// A call as Mistral writes it.
  func mistral(number: Int) -> JSONValue {
    let function: JSONObject = ["name": .string(name), "arguments": .string(arguments)]
    return [
      "id": .string(id), "type": "function", "function": .object(function), "index": .number(JSONNumber(number)),
    ]
  }
}

extension FinishReason {
  /// Mistral's word.
  var mistralWord: String {
    switch self {
    case .stop, .pause, .unknown, .refusal: "stop"
    case .length: "length"
    case .toolCalls: "tool_calls"
    case .contentFilter: "content_filter"
    case .error: "error"
    }
  }
}
