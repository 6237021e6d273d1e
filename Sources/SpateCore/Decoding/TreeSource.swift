// SPDX-License-Identifier: Apache-2.0

/// A JSON text that a `Decodable` type is read from.
///
/// A draft is read leniently: what is not there yet, or does not fit, is absent. A final value is read strictly. A class, so
/// that the containers of an open object serve all readings of it: making them costs more than reading by them.
final class TreeSource {
  /// The text; that of a draft grows between readings.
  var text: PartialJSON {
    @inline(__always) _read { yield unsafe storage }
    @inline(__always) _modify { yield unsafe &storage }
  }
  @exclusivity(unchecked) private var storage: PartialJSON
  /// What was read of a draft before. It keeps containers that keep this source, until the draft's reader has it forget all.
  let memo: TreeMemo?
  let isDraft: Bool

  /// Why something of a draft is absent: nobody sees it.
  struct Missing: Error {}

  init(_ text: PartialJSON, isDraft: Bool = false) {
    unsafe storage = text
    self.isDraft = isDraft
    memo = isDraft ? TreeMemo() : nil
  }

  /// A whole value, decoded strictly.
  static func value<Value: Decodable>(
    _ type: Value.Type, of json: PartialJSON, at path: [JSONStep] = []
  ) throws -> Value {
    let source = TreeSource(json)
    guard let node = json.tree.node(at: path) else {
      throw DecodingError.valueNotFound(
        type, DecodingError.Context(codingPath: [], debugDescription: "there is no value at \(path)"))
    }
    return try source.decode(type, node)
  }

  // MARK: Drafts

  /// Takes the next piece of a draft's text.
  func feed(_ piece: String) {
    // What is kept of a string that grows would have it copied, once it is too long to lie where it is named.
    if text.isInLongString {
      for node in text.open where kind(node) == .array {
        memo?.dropOpen(of: node)
      }
    }
    guard text.isInProse else { return text.feed(piece) }
    let restarts = text.restarts
    text.feed(piece)
    if text.restarts != restarts { memo?.forgetAll() }
  }

  // MARK: Values

  func kind(_ node: Int32) -> PartialJSON.Kind { text.tree.nodes[Int(node)].kind }

  func isClosed(_ node: Int32) -> Bool { text.tree.nodes[Int(node)].isClosed }

  /// Whether a value counts: only what can be read does.
  func isThere(_ node: Int32) -> Bool { text.tree.isReadable(node) }

  /// The value of a node. `keeps`: a whole one is kept, to be given again.
  func decode<Value: Decodable>(_ type: Value.Type, _ node: Int32, keeps: Bool = true) throws -> Value {
    if type == JSONValue.self { return try unknown(type, node) }
    let entry = text.tree.nodes[Int(node)]
    switch entry.kind {
    case .object where keeps && entry.isClosed && isDraft: return try whole(type, node, keeps: true)
    case .object: return try Value(from: TreeDecoder(source: self, node: node))
    case .array:
      guard let list = list(node, type) else { return try whole(type, node, keeps: keeps) }
      return try list.read(node, from: self, as: type)
    case .string where type == String.self:
      return unsafe unsafeBitCast(text.tree.texts[Int(entry.slot)], to: type)
    default: return try scalar(type, node)
    }
  }

  // Each of these is apart, so that the way of an open object does not ask for the types that only they need.

  private func unknown<Value: Decodable>(_ type: Value.Type, _ node: Int32) throws -> Value {
    guard let value = text.tree.value(node) as? Value else { throw mismatch(type, node) }
    return value
  }

  private func scalar<Value: Decodable>(_ type: Value.Type, _ node: Int32) throws -> Value {
    // Half a word may be another one: only a plain string is shown while it grows.
    if isDraft, !isClosed(node) { throw Missing() }
    if let leaf = memo?.leaf, let scalar = text.tree.value(node), let value = try leaf(type, scalar) as? Value {
      return value
    }
    return try type.init(from: TreeDecoder(source: self, node: node))
  }

  private func whole<Value: Decodable>(_ type: Value.Type, _ node: Int32, keeps: Bool) throws -> Value {
    // A subclass in the place of its class is read as what it is, and nothing of it is kept under the other's name.
    guard keeps, let memo, type == Value.self, isClosed(node) else {
      return try type.init(from: TreeDecoder(source: self, node: node))
    }
    if let kept = memo.object(.value, node, Value.self) {
      return unsafe unsafeDowncast(kept, to: TreeKept<Value>.self).get()
    }
    let value = try Value(from: TreeDecoder(source: self, node: node))
    memo.forget(from: node + 1)
    memo.keep(TreeKept(value), as: .value, node, Value.self)
    return value
  }

  /// What reads an array as this type; nil where the type reads its elements itself.
  private func list(_ node: Int32, _ type: Any.Type) -> TreeAnyList? {
    if let kept = memo?.object(.list, node, type) { return unsafe unsafeDowncast(kept, to: TreeAnyList.self) }
    guard let array = type as? any TreeArray.Type else { return nil }
    let list = array.list()
    memo?.keep(list, as: .list, node, type)
    return list
  }

  /// The members of an object: of an open one always the same container.
  func container<Key: CodingKey>(_ node: Int32, _ type: Key.Type) -> KeyedDecodingContainer<Key> {
    if let kept = memo?.object(.container, node, Key.self) {
      return unsafe unsafeDowncast(kept, to: TreeKept<KeyedDecodingContainer<Key>>.self).get()
    }
    return newContainer(node, type)
  }

  private func newContainer<Key: CodingKey>(_ node: Int32, _ type: Key.Type) -> KeyedDecodingContainer<Key> {
    let container = KeyedDecodingContainer(TreeKeyedContainer<Key>(source: self, node: node))
    if let memo, !isClosed(node) { memo.keep(TreeKept(container), as: .container, node, type) }
    return container
  }

  /// A number, a text or a truth value; nil where it is none that fits.
  func scalar<Value: TreeScalar>(_ type: Value.Type, _ node: Int32) -> Value? { text.tree.scalar(type, node) }

  /// The member with this key, if it can be read.
  func member(_ name: String, of node: Int32) -> Int32? { text.tree.readableMember(name, of: node) }

  /// A member that has to be there.
  func required<Value: TreeScalar>(_ type: Value.Type, _ name: String, of node: Int32) throws -> Value {
    switch text.tree.scalar(type, name, of: node) {
    case .value(let value): return value
    case .absent: throw absent(name, in: node)
    case .mismatch(let member): throw mismatch(type, member)
    }
  }

  /// A member that may be there: in one look, where the protocol's own way takes three.
  func optional<Value: TreeScalar>(_ type: Value.Type, _ name: String, of node: Int32) throws -> Value? {
    switch text.tree.scalar(type, name, of: node) {
    case .value(let value): return value
    case .absent: return nil
    case .mismatch(let member):
      if isDraft || kind(member) == .null { return nil }
      throw mismatch(type, member)
    }
  }

  // MARK: Mistakes

  /// Why a value does not fit; in a draft nobody reads it, and making it would cost more than the rest.
  func mismatch(_ type: Any.Type, _ node: Int32) -> any Error {
    if isDraft { return Missing() }
    let context = DecodingError.Context(
      codingPath: path(of: node), debugDescription: "expected \(type), found \(kind(node))")
    return DecodingError.typeMismatch(type, context)
  }

  func absent(_ name: String, in node: Int32) -> any Error {
    if isDraft { return Missing() }
    return DecodingError.keyNotFound(
      TreeKey(stringValue: name),
      DecodingError.Context(codingPath: path(of: node), debugDescription: "no value for \"\(name)\""))
  }

  func end(of node: Int32, _ type: Any.Type) -> any Error {
    if isDraft { return Missing() }
    return DecodingError.valueNotFound(
      type, DecodingError.Context(codingPath: path(of: node), debugDescription: "the array has no more elements"))
  }

  /// From the root to the value.
  func path(of node: Int32) -> [any CodingKey] {
    var path: [any CodingKey] = []
    var node = node
    while node >= 0, text.tree.nodes[Int(node)].parent >= 0 {
      let entry = text.tree.nodes[Int(node)]
      if entry.key >= 0 {
        path.append(TreeKey(stringValue: text.tree.texts[Int(entry.key)]))
      } else {
        path.append(TreeKey(intValue: text.tree.children(of: entry.parent).firstIndex(of: node) ?? 0))
      }
      node = entry.parent
    }
    return path.reversed()
  }
}

/// A key or the number of an element, in the path of an error.
struct TreeKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
