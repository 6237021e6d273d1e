// SPDX-License-Identifier: Apache-2.0

/// Reads a `Decodable` value of a JSON text that is still coming: the arguments of a tool call, an answer by a schema.
///
/// ```swift
/// struct Draft: Decodable { var title: String?; var steps: [String]? }
///
/// let reader = PartialReader<Draft>()
/// for piece in [#"{"title": "Bre"#, #"ad", "steps": ["Mix"#] {
///   reader.feed(piece)
///   show(reader.draft)                                     // Bre; then Bread and ["Mix"]
/// }
/// ```
///
/// A draft has what is there: give its type optional fields, and it can be read from the first byte on. A required field
/// that is missing makes its object absent: an element of an array is left out, the whole draft is nil. Strings grow;
/// numbers, truth values and all other types come when they are closed. What does not fit is absent too; ``finish()``
/// says it.
///
/// Reading a draft after a piece costs what is new and the fields of the objects that are open, not what is closed: whole
/// objects and the elements of arrays are decoded once. That holds as long as the draft before is let go of; a string or
/// an array that is kept is copied when more of it comes. `JSONValue`, dictionaries and sets are built anew each time.
///
/// A class without locks: it belongs to one task at a time, and copies of the reference are the same reader.
public final class PartialReader<Draft: Decodable> {
  private let source: TreeSource
  private let isInProse: Bool
  private let path: [JSONStep]
  /// The draft that was read last, as long as there is nothing new to see.
  private var last: TreeKept<Draft>?
  /// What it was read of, or what there was too little in for one.
  private var lastRevision = -1

  /// Nothing yet. `path` leads to the value in the text; without one it is the whole. `inProse`: see
  /// ``PartialJSON/init(inProse:)``.
  public init(_ type: Draft.Type = Draft.self, at path: [JSONStep] = [], inProse: Bool = false) {
    self.path = path
    isInProse = inProse
    source = TreeSource(PartialJSON(inProse: inProse), isDraft: true)
  }

  // Its containers keep the source, which keeps the memo.
  deinit { source.memo?.forgetAll() }

  /// `leaf` reads types that have a form of their own in JSON, such as dates; what it does not know it gives back as nil.
  package convenience init(
    _ type: Draft.Type, at path: [JSONStep], inProse: Bool, leaf: @escaping (Any.Type, JSONValue) throws -> Any?
  ) {
    self.init(type, at: path, inProse: inProse)
    source.memo?.leaf = leaf
  }

  /// Takes the next piece of the text, cut anywhere.
  public func feed(_ piece: String) {
    // What is kept here of a string that grows would have it copied.
    if source.text.state == .string { forgetLast() }
    source.feed(piece)
  }

  /// The text as far as it was read. Kept over the next piece, it is copied.
  public var json: PartialJSON { source.text }

  /// Goes up when there may be something new to see in the draft.
  public var revision: Int { source.text.revision }

  /// What is there by now; nil as long as it is not enough, or the text has a mistake before it.
  public var draft: Draft? {
    if lastRevision == source.text.revision { return last?.value }
    // Let go of first: arrays are added to in place only when nobody else has them.
    last = nil
    guard let node = source.text.tree.readableNode(at: path) else { return nil }
    do {
      let draft = try source.decode(Draft.self, node)
      if source.text.state != .string {
        last = TreeKept(draft)
        lastRevision = source.text.revision
      }
      return draft
    } catch {
      lastRevision = source.text.revision
      return nil
    }
  }

  private func forgetLast() {
    guard lastRevision >= 0 else { return }
    last = nil
    lastRevision = -1
  }

  /// Forgets everything, for a text that begins again.
  public func reset() {
    source.text = PartialJSON(inProse: isInProse)
    source.memo?.forgetAll()
    forgetLast()
  }

  /// The text is over: the whole value, decoded strictly.
  ///
  /// Throws `WireError` where the text is no whole JSON value, and `DecodingError` where it does not fit the type.
  public func finish() throws -> Draft {
    source.text.finish()
    if let failure = source.text.failure { throw failure }
    return try TreeSource.value(Draft.self, of: source.text, at: path)
  }
}

extension Decodable {
  /// Reads a value of one JSON text, strictly, and without Foundation: numbers as exactly as their type holds them.
  ///
  /// Throws `WireError` where the text is no JSON, and `DecodingError` where it does not fit.
  package init(json text: String) throws {
    var json = PartialJSON()
    json.feed(text)
    json.finish()
    if let failure = json.failure { throw failure }
    self = try TreeSource.value(Self.self, of: json)
  }
}
