// SPDX-License-Identifier: Apache-2.0

/// Reads the elements of an array as they close, in a JSON text that is still coming.
///
/// ```swift
/// var items = PartialElements<Item>(at: ["items"])
/// items.feed(piece)
/// while let item = try items.next() { show(item) }
/// ```
///
/// Each is decoded once, strictly, when its last byte is there; what is open is never given.
public struct PartialElements<Element: Decodable> {
  private var text: PartialJSON
  private let path: [JSONStep]
  private var position = 0

  /// Nothing yet. `path` leads to the array; without one it is the whole text.
  public init(_ type: Element.Type = Element.self, at path: [JSONStep] = [], inProse: Bool = false) {
    self.path = path
    text = PartialJSON(inProse: inProse)
  }

  /// Takes the next piece of the text, cut anywhere.
  public mutating func feed(_ piece: String) { text.feed(piece) }

  /// The text as far as it was read.
  public var json: PartialJSON { text }

  /// The next element that is whole; nil when there is none yet. Throws `DecodingError` where it does not fit.
  public mutating func next() throws -> Element? {
    guard let element = closed() else { return nil }
    return try TreeSource(text).decode(Element.self, element)
  }

  /// The same as a value of unknown shape.
  package mutating func nextValue() -> JSONValue? { closed().flatMap(text.tree.value) }

  private mutating func closed() -> Int32? {
    guard let node = text.tree.node(at: path), text.tree.nodes[Int(node)].kind == .array else { return nil }
    let list = Int(text.tree.nodes[Int(node)].slot)
    guard position < text.tree.lists[list].count else { return nil }
    let element = text.tree.lists[list][position]
    guard text.tree.nodes[Int(element)].isClosed else { return nil }
    position += 1
    return element
  }
}
