// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension ChatCompletionChunk: Encodable {
  /// OpenAI's own JSON: what follows `data: ` in its streams.
  public var json: [UInt8] {
    var json = JSONWriter()
    json.object {
      writeNames(to: &$0)
      writeContent(to: &$0, hasNullUsage: false)
    }
    return json.bytes
  }

  /// The same by way of an encoder.
  public func encode(to encoder: any Encoder) throws { try JSONValue(parsing: json).encode(to: encoder) }

  /// What is the same in all chunks of an answer.
  func writeNames(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("object", object)
    json.member("created", created)
    json.member("model", model)
    json.member("system_fingerprint", systemFingerprint)
  }

  /// What is this chunk's. `hasNullUsage`: who asked for usage gets the key on each chunk.
  func writeContent(to json: inout JSONWriter, hasNullUsage: Bool) {
    json.array("choices") { list in
      for choice in choices { list.object { choice.write(to: &$0) } }
    }
    if let usage {
      json.key("usage")
      usage.writeChat(to: &json)
    } else if hasNullUsage {
      json.null("usage")
    }
  }
}

extension ChatCompletionChunk.Choice {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("index", index)
    json.object("delta") { delta.write(to: &$0) }
    if let logprobs { json.member("logprobs", logprobs) } else { json.null("logprobs") }
    json.nullable("finish_reason", finishWord ?? finishReason?.chatWord)
  }
}

extension ChatCompletionChunk.Delta {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("role", role)
    json.member("content", content)
    json.member("reasoning_content", reasoning)
    json.member("refusal", refusal)
    if !toolCalls.isEmpty {
      json.array("tool_calls") { list in
        for call in toolCalls { list.object { call.write(to: &$0) } }
      }
    }
    json.members(of: other)
  }
}

extension ChatCompletionChunk.ToolCallDelta {
  fileprivate func write(to json: inout JSONWriter) {
    let kind: StaticString = isCustom ? "custom" : "function"
    json.member("index", index)
    json.member("id", id)
    if id != nil { json.member("type", "\(kind)") }
    json.object(kind) {
      $0.member("name", name)
      $0.member(isCustom ? "input" : "arguments", arguments)
    }
    json.members(of: other)
  }
}
