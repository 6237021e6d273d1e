// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// An output item that a server is writing.
struct ResponsesOutput: Sendable {
  enum Kind: Sendable, Hashable {
    case message, reasoning
    /// A call, by its number.
    case call(Int32)
    case tool(String)
  }

  struct Part: Sendable {
    var kind: ResponsesPart
    var block: Int32
    var text = ""
    var citations: [JSONValue] = []
  }

  var kind: Kind
  /// `output_index`
  let index: Int
  var id: String
  /// Of the block, for thoughts.
  var block: Int32 = 0
  var parts: [Part] = []
  var call: ToolCall?
  /// What the item says besides, in the provider's own form.
  var details: JSONObject?
  var isDone = false

  init(_ kind: Kind, index: Int, id: String) {
    self.kind = kind
    self.index = index
    self.id = id
  }

  /// The item as it stands.
  func value(status: JSONValue) -> JSONValue {
    switch kind {
    case .message:
      var item: JSONObject = ["id": .string(id), "type": "message", "status": status, "role": "assistant"]
      item["content"] = .array(parts.map(\.value))
      if let details { item.merge(details) }
      return .object(item)
    case .reasoning:
      // As it came, where it came in this dialect.
      if let details { return .object(details) }
      return ["id": .string(id), "type": "reasoning", "summary": .array(parts.map(\.value))]
    case .call:
      var item: JSONObject = ["id": .string(id), "type": type, "status": status]
      item["call_id"] = .string(call?.id ?? id)
      item["name"] = .string(call?.name ?? "")
      item[call?.isCustom == true ? "input" : "arguments"] = .string(call?.arguments ?? "")
      if let details { item.merge(details) }
      return .object(item)
    case .tool(let name):
      if let details { return .object(details) }
      return ["id": .string(id), "type": .string("\(name)_call"), "status": status]
    }
  }

  private var type: JSONValue { call?.isCustom == true ? "custom_tool_call" : "function_call" }
}

extension ResponsesOutput.Part {
  /// The part as it stands.
  var value: JSONValue {
    if kind == .refusal { return ["type": "refusal", "refusal": .string(text)] }
    if kind == .summary { return ["type": "summary_text", "text": .string(text)] }
    return ["type": "output_text", "text": .string(text), "annotations": .array(citations), "logprobs": []]
  }
}
