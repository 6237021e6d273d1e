// SPDX-License-Identifier: Apache-2.0

/// What a model thought before or between its words.
public struct Reasoning: Sendable, Hashable, Codable {
  /// Readable text, possibly a summary; empty when the provider keeps it to itself.
  public var text: String
  /// What the provider wants back with it: a signature, a redacted block, OpenRouter's `reasoning_details`.
  public var seal: Seal?

  /// The provider's signature, opaque: sent back byte for byte (rules N1, N2).
  public var signature: String? { seal?.signature }
  /// The provider's own form of it, for sending back untouched.
  public var details: JSONValue? { seal?.details }

  /// Reasoning with this seal.
  public init(text: String, seal: Seal?) {
    self.text = text
    self.seal = seal
  }

  /// Reasoning with these parts.
  public init(text: String, signature: String? = nil, details: JSONValue? = nil, dialect: DialectID? = nil) {
    self.text = text
    let hasSeal = signature != nil || details != nil
    seal = hasSeal ? Seal(dialect: dialect, signature: signature, details: details) : nil
  }

  /// Two parts of one turn as one, for providers that take one (rule D12).
  package func followed(by next: Reasoning) -> Reasoning {
    let lists = [details, next.details].compactMap { $0 }.flatMap { $0.array ?? [$0] }
    return Reasoning(
      text: text + next.text, signature: next.signature ?? signature, details: lists.isEmpty ? nil : .array(lists),
      dialect: seal?.dialect ?? next.seal?.dialect)
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
