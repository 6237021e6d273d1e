// SPDX-License-Identifier: Apache-2.0

/// What a provider wants back with a part of its turn, opaque: it is sent back byte for byte, and only to who speaks
/// the dialect it came in (rules N1, N2, N11).
public struct Seal: Sendable, Hashable {
  /// The dialect it came in; nil when that is not known, and the caller vouches for it.
  public var dialect: DialectID?
  /// A signature: Anthropic's of thoughts, Gemini's `thoughtSignature`.
  public var signature: String?
  /// The provider's own form of the part, or of what of it has no name here.
  public var details: JSONValue?

  /// A seal with these parts.
  public init(dialect: DialectID? = nil, signature: String? = nil, details: JSONValue? = nil) {
    self.dialect = dialect
    self.signature = signature
    self.details = details
  }

  /// Whether it can be sent to who speaks one of these.
  public func isFor(_ dialects: DialectID...) -> Bool { dialect.map(dialects.contains) ?? true }

  /// The seal as it grows over a stream: signatures are appended in order, without heuristics (rule N2), details become
  /// a list, and nothing that came is replaced by nothing (rule N11).
  package func followed(by next: Seal) -> Seal {
    let lists = [details, next.details].compactMap { $0 }
    let details: JSONValue? = lists.count < 2 ? lists.first : .array(lists.flatMap { $0.array ?? [$0] })
    let pieces = [signature, next.signature].compactMap { $0 }
    return Seal(
      dialect: dialect ?? next.dialect, signature: pieces.isEmpty ? nil : pieces.joined(), details: details)
  }
}
