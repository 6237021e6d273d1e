// SPDX-License-Identifier: Apache-2.0

/// What earlier readings of a growing tree gave and can not change any more: whole objects, and the elements of arrays.
final class TreeMemo {
  private var values: [Key: AnyObject] = [:]
  /// Reads types that have a form of their own.
  var leaf: ((Any.Type, JSONValue) throws -> Any?)?

  private struct Key: Hashable {
    let node: Int32
    let type: ObjectIdentifier
  }

  private final class Closed<Value> {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  /// What was kept of a node under this type.
  func closed<Value>(_ node: Int32, _ type: Value.Type) -> Value? {
    (values[Key(node: node, type: ObjectIdentifier(type))] as? Closed<Value>)?.value
  }

  func keep<Value>(_ value: Value, _ node: Int32) {
    values[Key(node: node, type: ObjectIdentifier(Value.self))] = Closed(value)
  }

  /// The elements of an array that were read before.
  func list<Element>(_ node: Int32, of type: Element.Type) -> TreeList<Element> {
    let key = Key(node: node, type: ObjectIdentifier(TreeList<Element>.self))
    if let list = values[key] as? TreeList<Element> { return list }
    let list = TreeList<Element>()
    values[key] = list
    return list
  }
}
