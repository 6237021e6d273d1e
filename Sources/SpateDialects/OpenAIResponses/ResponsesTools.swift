// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension ProviderTool {
  /// An item of a tool that the provider runs, or one of a kind that is answered with an item of the dialect's own
  /// (`apply_patch_call`, `computer_call`, `mcp_approval_request`); nil for any other.
  init?(responses item: JSONValue) {
    guard let type = item["type"]?.string else { return nil }
    let name: String
    if type.hasPrefix("mcp_") {
      name = type == "mcp_call" ? item["name"]?.string ?? type : type
    } else if type.hasSuffix("_call") {
      name = String(type.dropLast("_call".count))
    } else if type.hasSuffix("_output") {
      let stem = type.dropLast("_output".count)
      name = String(stem.hasSuffix("_call") ? stem.dropLast("_call".count) : stem)
    } else {
      return nil
    }
    let isResult = type.hasSuffix("_output")
    let names = ["arguments", "code", "action", "operation", "queries", "revised_prompt", "prompt"]
    let input = isResult ? nil : names.lazy.compactMap { Self.value(item[$0]) }.first
    let output = ["output", "outputs", "results", "tools"].lazy.compactMap { Self.value(item[$0]) }.first
    self.init(
      id: item["call_id"]?.string ?? item["id"]?.string ?? "", name: name,
      input: input.map { $0.string ?? $0.description }, output: output,
      isError: item["status"] == "failed" || Self.value(item["error"]) != nil,
      seal: Seal(dialect: .openAIResponses, details: item))
  }

  private static func value(_ value: JSONValue?) -> JSONValue? {
    // A bare nil here would be JSON's null.
    value.flatMap { $0.isNull ? Optional.none : $0 }
  }

  /// The item, for one that did not come in this dialect.
  var responsesItem: JSONValue {
    if seal.dialect == .openAIResponses, let details = seal.details { return details }
    var item: JSONObject = ["type": .string("\(name)_call"), "id": .string(id), "status": "completed"]
    if let input { item["arguments"] = .string(input) }
    if let output { item["output"] = output }
    return .object(item)
  }
}

extension Media {
  /// The image of an `image_generation_call`; nil for any other item. The item itself goes back as a tool's.
  init?(responses item: JSONValue) {
    guard item["type"] == "image_generation_call", let result = item["result"]?.string, !result.isEmpty,
      let bytes = Base64.decode(result)
    else { return nil }
    let format = item["output_format"]?.string ?? "png"
    self = .bytes(bytes, mediaType: "image/\(format)")
    seal = Seal(dialect: .openAIResponses, details: ["item": item["id"] ?? ""])
  }
}
