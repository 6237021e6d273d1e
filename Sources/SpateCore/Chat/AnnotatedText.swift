// SPDX-License-Identifier: Apache-2.0

/// Words of a model with what belongs to them: where they come from, and the provider's seal.
public struct AnnotatedText: Sendable, Hashable {
  /// The words.
  public var text: String
  /// Where they come from, in the provider's form and in the dialect of ``seal``; goes back with them.
  public var citations: [JSONValue]
  /// What the provider wants back with them.
  public var seal: Seal?

  /// Words with these marks.
  public init(_ text: String, citations: [JSONValue] = [], seal: Seal? = nil) {
    self.text = text
    self.citations = citations
    self.seal = seal
  }
}
