// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The parts of an answer as Gemini writes them: what the writers of a stream and of a whole answer share.
enum GeminiParts {
  static func words(_ text: String, isThought: Bool, _ seal: Seal? = nil) -> JSONObject {
    var part: JSONObject = ["text": .string(text)]
    if isThought { part["thought"] = true }
    sign(&part, seal)
    return part
  }

  private static func sign(_ part: inout JSONObject, _ seal: Seal?) {
    guard let seal, seal.isFor(.gemini) else { return }
    if let rest = seal.geminiRest { part.merge(rest) }
    if let signature = seal.signature { part["thoughtSignature"] = .string(signature) }
  }

  /// A call in one piece; a custom tool's text in an object, and arguments that are none are left out.
  static func call(_ call: ToolCall) -> JSONObject {
    var function: JSONObject = ["name": .string(call.name)]
    let isBlank = call.arguments.utf8.allSatisfy { $0 <= 0x20 }
    if call.isCustom {
      function["args"] = ["input": .string(call.arguments)]
    } else if !isBlank, let value = call.value, case .object = value {
      function["args"] = value
    }
    if !call.id.isEmpty { function["id"] = .string(call.id) }
    var part: JSONObject = [:]
    if let seal = call.seal, seal.isFor(.gemini) {
      function.merge(seal.details?["functionCall"]?.object ?? [:])
      part = seal.details?.object ?? [:]
      if let signature = seal.signature { part["thoughtSignature"] = .string(signature) }
    }
    part["functionCall"] = .object(function)
    return part
  }

  /// The part as it came, or code that ran with the same input and output.
  static func tool(_ tool: ProviderTool) -> [JSONObject] {
    if tool.seal.dialect == .gemini, let part = tool.seal.details?.object { return [part] }
    var parts: [JSONObject] = []
    if let input = tool.input {
      parts.append(["executableCode": ["language": "PYTHON", "code": .string(input)]])
    }
    if let output = tool.output {
      let text = output.string ?? output.description
      parts.append([
        "codeExecutionResult": [
          "outcome": tool.isError ? "OUTCOME_FAILED" : "OUTCOME_OK", "output": .string(text),
        ]
      ])
    }
    return parts
  }

  /// Media that a model made, and parts of Gemini's own; nil for what it has no form for.
  static func other(_ part: ContentPart) -> JSONObject? {
    switch part {
    case .image(let media), .audio(let media), .file(let media):
      var fields: JSONObject
      switch media.source {
      case .bytes(let bytes):
        fields = [
          "inlineData": [
            "mimeType": .string(media.mediaType ?? "application/octet-stream"), "data": .string(Base64.encode(bytes)),
          ]
        ]
      case .url(let address), .id(let address):
        var file: JSONObject = ["fileUri": .string(address)]
        if let type = media.mediaType { file["mimeType"] = .string(type) }
        fields = ["fileData": .object(file)]
      }
      sign(&fields, media.seal)
      return fields
    case .native(let native) where native.dialect == .gemini: return native.value.object
    default: return nil
    }
  }
}

extension Seal {
  /// The fields of a part that have no name here. A turn with one block of thoughts has them in a list.
  var geminiRest: JSONObject? {
    if let list = details?.array { return list.count == 1 ? list[0].object : nil }
    return details?.object
  }
}

/// What a candidate says at its end.
struct GeminiEnd {
  /// The fields of the first candidate beside its content.
  private(set) var candidate = JSONObject()
  /// The fields of the answer beside its candidates.
  private(set) var answer = JSONObject()
  /// The prompt was not let through: there are no candidates.
  private(set) var isBlocked = false

  /// The names that stand in a candidate.
  private static let names: Set = [
    "safetyRatings", "citationMetadata", "groundingMetadata", "groundingAttributions", "finishMessage", "avgLogprobs",
    "urlContextMetadata", "tokenCount",
  ]

  init(_ finish: Finish, sources: [Source], refused: Bool) {
    for (key, value) in finish.metadata.members {
      if Self.names.contains(key) { candidate[key] = value } else { answer[key] = value }
    }
    isBlocked =
      finish.native == nil && finish.reason == .contentFilter
      && answer["promptFeedback"]?["blockReason"].map { !$0.isNull } ?? false
    if candidate["groundingMetadata"] == nil, candidate["citationMetadata"] == nil, !sources.isEmpty {
      let chunks = sources.map { source -> JSONValue in
        var web: JSONObject = ["uri": .string(source.url ?? "")]
        if let title = source.title { web["title"] = .string(title) }
        return ["web": .object(web)]
      }
      candidate["groundingMetadata"] = ["groundingChunks": .array(chunks)]
    }
    candidate["finishReason"] = .string(Self.word(finish.native, finish.reason, refused: refused))
  }

  /// The provider's own word where it means the same, else Gemini's.
  static func word(_ native: String?, _ reason: FinishReason, refused: Bool) -> String {
    let reason = refused && reason == .stop ? .refusal : reason
    if let native {
      let meant = FinishReason(gemini: native)
      if meant == reason || meant == .stop && reason == .toolCalls { return native }
    }
    return reason.geminiWord
  }
}
