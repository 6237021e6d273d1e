// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Anthropic's Messages: a whole answer as one JSON document.
enum AnthropicAnswerWriter {
  /// The answer that `events` build.
  static func bytes(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    var finish = Finish(reason: .stop, native: nil)
    for event in events {
      accumulator.add(event)
      if case .finish(let end) = event { finish = end }
    }
    let answer = accumulator.partial
    let end = finish.anthropicEnd(refusal: answer.refusal ?? "")
    var json = JSONWriter()
    json.object { json in
      json.member("id", answer.id ?? "")
      json.member("type", "message")
      json.member("role", "assistant")
      json.member("model", answer.model ?? "")
      json.member("content", .array(blocks(of: answer).map(JSONValue.object)))
      json.members(of: end)
      json.key("usage")
      (answer.usage ?? Usage()).writeAnthropic(to: &json)
    }
    return json.bytes
  }

  private static func blocks(of answer: PartialResponse) -> [JSONObject] {
    answer.message.content.flatMap { part -> [JSONObject] in
      switch part {
      case .text(let text): return [["type": "text", "text": .string(text)]]
      case .annotated(let text):
        var block: JSONObject = ["type": "text", "text": .string(text.text)]
        if text.seal?.isFor(.anthropic) ?? true, !text.citations.isEmpty { block["citations"] = .array(text.citations) }
        return [block]
      case .reasoning(let reasoning): return blocks(of: reasoning)
      case .toolCall(let call):
        var block: JSONObject = ["type": "tool_use", "id": .string(call.id), "name": .string(call.name)]
        block["input"] = call.anthropicInput
        if let seal = call.seal, seal.isFor(.anthropic), let rest = seal.details?.object { block.merge(rest) }
        return [block]
      case .providerTool(let tool): return tool.anthropicBlocks
      case .native(let native) where native.dialect == .anthropic: return [native.value.object].compactMap(\.self)
      default: return []
      }
    }
  }

  private static func blocks(of reasoning: Reasoning) -> [JSONObject] {
    let seal = reasoning.seal.flatMap { $0.isFor(.anthropic) ? $0 : nil }
    var blocks: [JSONObject] = []
    if !reasoning.text.isEmpty || seal?.signature != nil {
      blocks.append([
        "type": "thinking", "thinking": .string(reasoning.text), "signature": .string(seal?.signature ?? ""),
      ])
    }
    return blocks + (seal?.details?.array ?? [seal?.details].compactMap(\.self)).compactMap(\.object)
  }
}
