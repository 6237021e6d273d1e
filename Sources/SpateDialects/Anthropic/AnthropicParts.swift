// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

// Parts of an answer as Anthropic writes them.

extension Finish {
  /// The reason with what Anthropic says beside it.
  func anthropicEnd(refusal: String) -> JSONObject {
    var reason = reason
    if !refusal.isEmpty, reason == .stop { reason = .refusal }
    let word = native.flatMap { FinishReason(anthropic: $0) == reason ? $0 : nil } ?? reason.anthropicWord
    var end: JSONObject = ["stop_reason": .string(word), "stop_sequence": metadata["stop_sequence"] ?? .null]
    if let details = metadata["stop_details"] {
      end["stop_details"] = details
    } else if !refusal.isEmpty {
      end["stop_details"] = ["type": "refusal", "category": nil, "explanation": .string(refusal)]
    }
    return end
  }
}

extension Source {
  /// The citation as it came, or one of the address.
  var anthropicCitation: JSONValue {
    if dialect == .anthropic { return native }
    return [
      "type": "web_search_result_location", "url": .string(url ?? ""), "title": title.map(JSONValue.string) ?? .null,
      "cited_text": "", "encrypted_index": "",
    ]
  }
}

extension ToolCall {
  /// The arguments as an object; a custom tool's text in one.
  var anthropicInput: JSONValue {
    if isCustom { return ["input": .string(arguments)] }
    return value ?? [:]
  }
}

extension ProviderTool {
  /// The blocks as they came, or a call and a result of the same content.
  var anthropicBlocks: [JSONObject] {
    if seal.dialect == .anthropic, let block = seal.details?.object { return [block] }
    var blocks: [JSONObject] = []
    if let input {
      let call = ToolCall(id: id, name: name, arguments: input)
      blocks.append([
        "type": "server_tool_use", "id": .string(id), "name": .string(name), "input": call.value ?? [:],
      ])
    }
    if let output {
      blocks.append([
        "type": .string(name + "_tool_result"), "tool_use_id": .string(id), "content": output,
      ])
    }
    return blocks
  }
}
