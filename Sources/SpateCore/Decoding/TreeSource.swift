// SPDX-License-Identifier: Apache-2.0

/// A tree of JSON values for one reading of a `Decodable` type.
///
/// A draft is read leniently: what is not there yet, or does not fit, is absent. A final value is read strictly. A class
/// of constants: decoders are handed round by reference, and a reading takes and gives back one.
final class TreeSource {
  let tree: PartialTree
  /// What was read of the tree before; nil for a final value.
  let memo: TreeMemo?

  /// Why something of a draft is absent: nobody sees it.
  struct Missing: Error {}

  init(_ tree: PartialTree, memo: TreeMemo? = nil) {
    self.tree = tree
    self.memo = memo
  }

  var isDraft: Bool { memo != nil }

  /// A whole value, decoded strictly.
  static func value<Value: Decodable>(
    _ type: Value.Type, of json: PartialJSON, at path: [JSONStep] = []
  ) throws -> Value {
    let source = TreeSource(json.tree)
    guard let node = json.tree.node(at: path) else {
      throw DecodingError.valueNotFound(
        type, DecodingError.Context(codingPath: [], debugDescription: "there is no value at \(path)"))
    }
    return try source.decode(type, node)
  }

  // MARK: Values

  func kind(_ node: Int32) -> PartialJSON.Kind { tree.nodes[Int(node)].kind }

  /// Whether a value counts: only what can be read does.
  func isThere(_ node: Int32) -> Bool { tree.isReadable(node) }

  /// The value of a node. `keeps`: a whole one is kept, to be given again.
  func decode<Value: Decodable>(_ type: Value.Type, _ node: Int32, keeps: Bool = true) throws -> Value {
    if type == JSONValue.self, let value = tree.value(node) as? Value { return value }
    let entry = tree.nodes[Int(node)]
    switch entry.kind {
    case .object: break
    case .array:
      guard let list = type as? any TreeArray.Type, let values = try list.read(node, from: self) as? Value else {
        break
      }
      return values
    case .string where type == String.self:
      if let text = tree.texts[Int(entry.slot)] as? Value { return text }
    default:
      // Half a word may be another one: only a plain string is shown while it grows.
      if isDraft, !entry.isClosed { throw Missing() }
      if let leaf = memo?.leaf, let scalar = tree.value(node), let value = try leaf(type, scalar) as? Value {
        return value
      }
      return try Value(from: TreeDecoder(source: self, node: node))
    }
    guard let memo, keeps, entry.isClosed else { return try Value(from: TreeDecoder(source: self, node: node)) }
    if let value = memo.closed(node, type) { return value }
    let value = try Value(from: TreeDecoder(source: self, node: node))
    memo.keep(value, node)
    return value
  }

  /// A number, a text or a truth value; nil where it is none that fits.
  @inline(__always) func scalar<Value: TreeScalar>(_ type: Value.Type, _ node: Int32) -> Value? {
    let entry = tree.nodes[Int(node)]
    guard entry.isClosed || entry.kind == .string else { return nil }
    return switch entry.kind {
    case .string: Value(text: tree.texts[Int(entry.slot)])
    case .number: Value(number: JSONNumber(literal: tree.texts[Int(entry.slot)]))
    case .bool: Value(bool: entry.slot == 1)
    default: nil
    }
  }

  /// The member with this key, if it can be read.
  func member(_ name: String, of node: Int32) -> Int32? {
    guard let member = tree.member(name, of: node), tree.isReadable(member) else { return nil }
    return member
  }

  /// A member that has to be there.
  func required<Value: TreeScalar>(_ type: Value.Type, _ name: String, of node: Int32) throws -> Value {
    guard let member = member(name, of: node) else { throw absent(name, in: node) }
    guard let value = scalar(type, member) else { throw mismatch(type, member) }
    return value
  }

  /// A member that may be there: in one look, where the protocol's own way takes three.
  func optional<Value: TreeScalar>(_ type: Value.Type, _ name: String, of node: Int32) throws -> Value? {
    guard let member = member(name, of: node), kind(member) != .null else { return nil }
    if let value = scalar(type, member) { return value }
    if isDraft { return nil }
    throw mismatch(type, member)
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
    while node >= 0, tree.nodes[Int(node)].parent >= 0 {
      let entry = tree.nodes[Int(node)]
      if entry.key >= 0 {
        path.append(TreeKey(stringValue: tree.texts[Int(entry.key)]))
      } else {
        path.append(TreeKey(intValue: tree.children(of: entry.parent).firstIndex(of: node) ?? 0))
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
