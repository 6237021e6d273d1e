// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Ollama's own chat: events to the lines of a stream.
///
/// Calls go out whole, before the last line, as Ollama sends them.
struct OllamaWriter: AnswerWriter {
  private let beginning: JSONObject
  private var calls: [(index: Int32, call: ToolCall)] = []
  private var usage: Usage?

  init(start: ResponseStart) { beginning = Self.beginning(start) }

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    switch event {
    // It has no words for a refusal: they are words.
    case .text(let delta), .refusal(let delta): return line(["content": .string(delta.text)])
    case .reasoning(let delta): return line(["content": "", "thinking": .string(delta.text)])
    case .toolInputStart(let start):
      calls.append((start.index, ToolCall(id: start.id, name: start.name, arguments: "")))
    case .toolInputDelta(let delta):
      if let place = calls.firstIndex(where: { $0.index == delta.index }) {
        calls[place].call.arguments += delta.arguments
      }
    case .toolCall(let call):
      // It says again what began before; one that came whole is new.
      if let place = calls.firstIndex(where: { $0.call.id == call.id }) {
        calls[place].call = call
      } else {
        calls.append((Int32(calls.count), call))
      }
    case .logprobs(let delta):
      var fields = beginning
      fields["message"] = ["role": "assistant", "content": ""]
      fields["logprobs"] = delta.native
      fields["done"] = false
      return JSONValue.object(fields).bytes + [UInt8(ascii: "\n")]
    case .usage(let report): usage = report
    case .finish(let finish): return end(finish)
    default: break
    }
    return []
  }

  /// Whatever has come: an error on a line ends the stream (rule C10).
  func bytes(of failure: ServedFailure) -> [UInt8] {
    JSONValue.object(["error": .string(OllamaServer.words(of: failure))]).bytes + [UInt8(ascii: "\n")]
  }

  private func line(_ message: JSONObject) -> [UInt8] {
    var fields = beginning
    var whole: JSONObject = ["role": "assistant"]
    whole.merge(message)
    fields["message"] = .object(whole)
    fields["done"] = false
    return JSONValue.object(fields).bytes + [UInt8(ascii: "\n")]
  }

  private mutating func end(_ finish: Finish) -> [UInt8] {
    var bytes: [UInt8] = []
    if !calls.isEmpty {
      let list = calls.enumerated().map { $1.call.ollama(number: $0) }
      bytes = line(["content": "", "tool_calls": .array(list)])
      calls = []
    }
    var fields = beginning
    fields["message"] = ["role": "assistant", "content": ""]
    fields.merge(Self.end(finish.native ?? finish.reason.ollamaWord, usage))
    return bytes + JSONValue.object(fields).bytes + [UInt8(ascii: "\n")]
  }

  /// What every line begins with.
  static func beginning(_ start: ResponseStart) -> JSONObject {
    var fields: JSONObject = ["model": .string(start.model ?? "")]
    if let created = start.created { fields["created_at"] = .string(CivilTime(seconds: created).rfc3339) }
    return fields
  }

  /// What the last line ends with.
  static func end(_ word: String, _ usage: Usage?) -> JSONObject {
    var fields: JSONObject = ["done_reason": .string(word), "done": true]
    if let input = usage?.input { fields["prompt_eval_count"] = .number(JSONNumber(input)) }
    if let output = usage?.output { fields["eval_count"] = .number(JSONNumber(output)) }
    return fields
  }
}

extension ToolCall {
  /// A call as Ollama writes it. Arguments that are no object stay text.
  func ollama(number: Int) -> JSONValue {
    let object = isCustom ? nil : value.flatMap { $0.object == nil ? nil : $0 }
    let function: JSONObject = [
      "index": .number(JSONNumber(number)), "name": .string(name), "arguments": object ?? .string(arguments),
    ]
    return ["id": .string(id), "function": .object(function)]
  }
}
