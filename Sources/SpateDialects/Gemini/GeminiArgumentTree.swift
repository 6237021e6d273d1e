// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Puts arguments together from pieces in any order, in time that grows with the pieces only.
struct GeminiArgumentTree {
  /// A place: what it is, is what was said of it last.
  private struct Node {
    var value: JSONValue?
    var members: [(key: String, node: Int)] = []
    var places: [String: Int] = [:]
    var elements: [Int] = []
  }

  private var nodes = [Node()]

  /// Sets a value; texts at one place are appended. An element beyond the end of its list is put at the end.
  mutating func put(_ value: JSONValue, at path: [GeminiPath.Step]) {
    var node = 0
    for step in path { node = child(step, of: node) }
    if case .string(let text)? = nodes[node].value, case .string(let more) = value {
      nodes[node].value = .string(text + more)
    } else {
      nodes[node] = Node(value: value)
    }
  }

  private mutating func child(_ step: GeminiPath.Step, of node: Int) -> Int {
    let new = nodes.count
    nodes[node].value = nil
    switch step {
    case .key(let key):
      if let known = nodes[node].places[key] { return known }
      nodes[node].elements = []
      nodes[node].places[key] = new
      nodes[node].members.append((key, new))
    case .index(let index):
      if index < nodes[node].elements.count { return nodes[node].elements[index] }
      (nodes[node].members, nodes[node].places) = ([], [:])
      nodes[node].elements.append(new)
    }
    nodes.append(Node())
    return new
  }

  /// The arguments. Paths are not deeper than JSON may be, so this is not either.
  var value: JSONValue { value(of: 0) }

  private func value(of place: Int) -> JSONValue {
    let node = nodes[place]
    if let value = node.value { return value }
    if !node.elements.isEmpty { return .array(node.elements.map { value(of: $0) }) }
    return .object(JSONObject(node.members.map { ($0.key, value(of: $0.node)) }))
  }
}
