// SPDX-License-Identifier: Apache-2.0

/// What is under a key, read as a type.
enum TreeMember<Value> {
  case value(Value)
  /// Nothing that can be read yet.
  case absent
  case mismatch(Int32)
}

/// Reading without a decoder. All of it is called for each field of each draft: mutating, though nothing changes, for a tree
/// that a class holds is read in place then, and would be copied for each call else.
extension PartialTree {
  /// A number, a text or a truth value; nil where it is none that fits.
  mutating func scalar<Value: TreeScalar>(_ type: Value.Type, _ number: Int32) -> Value? {
    let node = nodes[Int(number)]
    guard node.isClosed || node.kind == .string else { return nil }
    return switch node.kind {
    case .string: Value(text: texts[Int(node.slot)])
    case .number: Value(number: JSONNumber(literal: texts[Int(node.slot)]))
    case .bool: Value(bool: node.slot == 1)
    default: nil
    }
  }

  /// The same of the member with this key.
  mutating func scalar<Value: TreeScalar>(_ type: Value.Type, _ name: String, of node: Int32) -> TreeMember<Value> {
    guard let member = readableMember(name, of: node) else { return .absent }
    guard let value = scalar(type, member) else { return .mismatch(member) }
    return .value(value)
  }

  /// The member with this key, if it can be read.
  mutating func readableMember(_ name: String, of node: Int32) -> Int32? {
    guard let member = member(name, of: node), isReadable(member) else { return nil }
    return member
  }

  /// The element of an array with this number, if there is one.
  mutating func element(_ index: Int, of node: Int32) -> Int32? {
    let list = Int(nodes[Int(node)].slot)
    return index < lists[list].count ? lists[list][index] : nil
  }

  /// The value at this path, if it can be read.
  mutating func readableNode(at path: [JSONStep]) -> Int32? {
    guard let node = node(at: path), isReadable(node) else { return nil }
    return node
  }
}
