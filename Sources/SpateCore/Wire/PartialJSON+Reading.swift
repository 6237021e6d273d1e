// SPDX-License-Identifier: Apache-2.0

/// A step from a JSON value to one inside it: a key, or the number of an element.
public enum JSONStep: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case key(String)
  case index(Int)

  /// A key.
  public init(stringLiteral value: String) { self = .key(value) }
  /// The number of an element.
  public init(integerLiteral value: Int) { self = .index(value) }
}

extension JSONStep: CustomStringConvertible {
  /// The key, or the number.
  public var description: String {
    switch self {
    case .key(let key): key
    case .index(let index): "\(index)"
    }
  }
}

extension PartialJSON {
  /// What the value at this path is; nil when there is none yet. Without a path, the whole value.
  public func kind(at path: JSONStep...) -> Kind? { node(at: path).map { tree.nodes[Int($0)].kind } }

  /// Whether the value at this path is whole.
  public func isClosed(at path: JSONStep...) -> Bool { node(at: path).map { tree.nodes[Int($0)].isClosed } ?? false }

  /// The string at this path as far as it has come: in constant time, however long it is. Nil for any other value.
  public func text(at path: JSONStep...) -> String? { text(at: path) }

  /// The string at this path as far as it has come.
  public func text(at path: [JSONStep]) -> String? {
    guard let node = node(at: path), tree.nodes[Int(node)].kind == .string else { return nil }
    return tree.texts[Int(tree.nodes[Int(node)].slot)]
  }

  /// How many elements or members the value at this path has by now, open ones too.
  public func count(at path: JSONStep...) -> Int { count(at: path) }

  /// How many elements or members the value at this path has by now, open ones too.
  public func count(at path: [JSONStep]) -> Int {
    guard let node = node(at: path), tree.isContainer(node) else { return 0 }
    return tree.children(of: node).count
  }

  /// The value at this path as far as it has come: open strings and containers with what they have, open numbers and
  /// words not at all. It is built anew each time, in time that grows with its size.
  public func value(at path: JSONStep...) -> JSONValue? { value(at: path) }

  /// The value at this path as far as it has come.
  public func value(at path: [JSONStep]) -> JSONValue? { node(at: path).flatMap(tree.value) }

  private func node(at path: [JSONStep]) -> Int32? { tree.node(at: path) }
}

extension PartialTree {
  /// What is in a value so far, without recursion; nil for one that can not be read yet.
  func value(_ root: Int32) -> JSONValue? {
    // Containers on the way, with the place of the next child.
    var path: [(node: Int32, next: Int, value: PartialContainer)] = []
    var node = root
    while true {
      var done: JSONValue?
      if isContainer(node) {
        path.append((node, 0, PartialContainer(isObject: nodes[Int(node)].kind == .object)))
      } else {
        done = scalar(node)
        if path.isEmpty { return done }
      }
      while true {
        let top = path.count - 1
        if let done {
          path[top].value.add(done, key: path[top].value.isObject ? keyText(node) : "")
        }
        done = nil
        let list = children(of: path[top].node)
        if path[top].next < list.count {
          node = list[path[top].next]
          path[top].next += 1
          break
        }
        let whole = path.removeLast()
        node = whole.node
        done = whole.value.value
        if path.isEmpty { return done }
      }
    }
  }

  private func scalar(_ number: Int32) -> JSONValue? {
    let node = nodes[Int(number)]
    guard isReadable(number) else { return nil }
    switch node.kind {
    case .string: return .string(texts[Int(node.slot)])
    case .number: return .number(JSONNumber(literal: texts[Int(node.slot)]))
    case .bool: return .bool(node.slot == 1)
    // A bare nil or null here would be the other one.
    default: return JSONValue.null
    }
  }
}

/// A container that is being put together.
private struct PartialContainer {
  let isObject: Bool
  private var elements: [JSONValue] = []
  private var members = JSONObject()

  init(isObject: Bool) { self.isObject = isObject }

  mutating func add(_ value: JSONValue, key: String) {
    if isObject { members[key] = value } else { elements.append(value) }
  }

  var value: JSONValue { isObject ? .object(members) : .array(elements) }
}
