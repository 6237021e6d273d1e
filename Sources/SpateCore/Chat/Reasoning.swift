// SPDX-License-Identifier: Apache-2.0

/// What a model thought before or between its words.
public struct Reasoning: Sendable, Hashable, Codable {
  /// Readable text, possibly a summary; empty when the provider keeps it to itself.
  public var text: String
  /// The provider's seal, opaque: sent back byte for byte (rules N1, N2).
  public var signature: String?
  /// The provider's own form of it, for sending back untouched (OpenRouter's `reasoning_details`, redacted blocks).
  public var details: JSONValue?

  /// Reasoning with these parts.
  public init(text: String, signature: String? = nil, details: JSONValue? = nil) {
    self.text = text
    self.signature = signature
    self.details = details
  }

  /// Two parts of one turn as one, for providers that take one (rule D12).
  package func followed(by next: Reasoning) -> Reasoning {
    let lists = [details, next.details].compactMap { $0 }.flatMap { $0.array ?? [$0] }
    return Reasoning(
      text: text + next.text, signature: next.signature ?? signature, details: lists.isEmpty ? nil : .array(lists))
  }

  /// The details of one block come in pieces when they are streamed, and are one object when they are not: neighbours of
  /// one kind and number are put together, so that both give the same (rules D12, D16).
  static func merged(_ details: [JSONValue]) -> [JSONValue] {
    var merged: [JSONValue] = []
    var block: JSONObject?
    var texts: [String: String] = [:]

    func close() {
      guard var whole = block else { return }
      for (key, text) in texts { whole[key] = .string(text) }
      merged.append(.object(whole))
      (block, texts) = (nil, [:])
    }

    for detail in details {
      guard let piece = detail.object, let kind = piece["type"]?.string else {
        close()
        merged.append(detail)
        continue
      }
      // Sealed blocks are opaque: each stays as it is.
      let isText = kind == "reasoning.text" || kind == "reasoning.summary"
      if let last = block {
        let isOther = last["id"] != piece["id"] && last["id"]?.string != nil && piece["id"]?.string != nil
        if !isText || isOther || last["type"] != piece["type"] || last["index"] != piece["index"] { close() }
      }
      var whole = block ?? [:]
      for (key, value) in piece.members {
        if isText, ["text", "summary", "signature"].contains(key), case .string(let text) = value {
          texts[key, default: ""] += text
        }
        if whole[key] == nil || !value.isNull { whole[key] = value }
      }
      block = whole
    }
    close()
    return merged
  }
}
