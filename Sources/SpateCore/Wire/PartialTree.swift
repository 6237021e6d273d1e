// SPDX-License-Identifier: Apache-2.0

/// The values of a JSON text that is still coming, side by side: nothing points into memory, and a copy is a snapshot.
struct PartialTree: Sendable {
  /// A value; its children have higher numbers.
  struct Node: Sendable {
    var kind: PartialJSON.Kind
    var isClosed = false
    /// The value that it is in; -1 for the root.
    var parent: Int32
    /// Its key in `texts`; -1 where it has none.
    var key: Int32 = -1
    /// The mark of its key: nearly all members that are not looked for are told by it.
    var mark: UInt64 = 0
    /// A string's or a number's place in `texts`, a container's in `lists`; 1 for true.
    var slot: Int32 = 0
  }

  struct MemberKey: Sendable, Hashable {
    let list: Int32
    let key: JSONObject.KeyBytes
  }

  var nodes: [Node] = []
  var texts: [String] = []
  /// The children of each container, in order.
  var lists: [[Int32]] = []
  /// Where the keys of large objects are: small ones are searched.
  private var places: [MemberKey: Int32] = [:]

  private static let indexedFrom = 16

  // MARK: Building

  /// Adds a value behind those of its container; its key is that of the last one with this key.
  mutating func add(_ node: Node) {
    let number = Int32(nodes.count)
    nodes.append(node)
    guard node.parent >= 0 else { return }
    let list = Int(nodes[Int(node.parent)].slot)
    if node.key >= 0 { nodes[Int(number)].mark = Self.mark(texts[Int(node.key)]) }
    if node.key >= 0, let place = place(of: texts[Int(node.key)], in: list) {
      // What was under this key stays in the tree, with nobody to ask for it.
      lists[list][place] = number
    } else {
      lists[list].append(number)
      if node.key >= 0 { index(list) }
    }
  }

  /// A large object gets an index, so that keys are found in constant time.
  private mutating func index(_ list: Int) {
    let count = lists[list].count
    guard count >= Self.indexedFrom else { return }
    for place in (count == Self.indexedFrom ? 0 : count - 1)..<count {
      let name = keyText(lists[list][place])
      places[MemberKey(list: Int32(list), key: JSONObject.KeyBytes(name))] = Int32(place)
    }
  }

  // Inlined, as is what is below: called with a tree of a class, they would have a copy of it made first.
  @inline(__always) private func place(of name: String, in list: Int) -> Int? {
    let count = lists[list].count
    if count >= Self.indexedFrom { return indexedPlace(of: name, in: list) }
    let mark = Self.mark(name)
    for place in 0..<count {
      let member = lists[list][place]
      guard nodes[Int(member)].mark == mark else { continue }
      if Self.isWhole(mark) || keyText(member).hasBytes(of: name) { return place }
    }
    return nil
  }

  private func indexedPlace(of name: String, in list: Int) -> Int? {
    places[MemberKey(list: Int32(list), key: JSONObject.KeyBytes(name))].map(Int.init)
  }

  /// A key's length, and its first seven bytes, in one word.
  private static func mark(_ name: String) -> UInt64 {
    var name = name
    return name.withUTF8 { bytes in
      var mark = UInt64(min(bytes.count, 255))
      for index in 0..<min(bytes.count, 7) { mark = unsafe mark << 8 | UInt64(bytes[index]) }
      return mark
    }
  }

  /// Whether the mark says the whole key.
  private static func isWhole(_ mark: UInt64) -> Bool { mark < 8 << 56 }

  // MARK: Reading

  /// The member of an object with this key.
  @inline(__always) func member(_ name: String, of node: Int32) -> Int32? {
    let list = Int(nodes[Int(node)].slot)
    return place(of: name, in: list).map { lists[list][$0] }
  }

  /// The values in a container, in order.
  func children(of node: Int32) -> [Int32] { lists[Int(nodes[Int(node)].slot)] }

  /// The key of a member.
  func keyText(_ node: Int32) -> String {
    let key = nodes[Int(node)].key
    return key < 0 ? "" : texts[Int(key)]
  }

  func isContainer(_ node: Int32) -> Bool { nodes[Int(node)].kind == .object || nodes[Int(node)].kind == .array }

  /// Whether it can be read: an open number may become another one.
  @inline(__always) func isReadable(_ node: Int32) -> Bool {
    let node = nodes[Int(node)]
    return node.isClosed || node.kind == .string || node.kind == .object || node.kind == .array
  }

  /// The value at a path from the root.
  @inline(__always) func node(at path: [JSONStep]) -> Int32? {
    guard !nodes.isEmpty else { return nil }
    return path.isEmpty ? 0 : node(along: path)
  }

  private func node(along path: [JSONStep]) -> Int32? {
    var node: Int32 = 0
    for step in path {
      switch (step, nodes[Int(node)].kind) {
      case (.key(let name), .object):
        guard let member = member(name, of: node) else { return nil }
        node = member
      case (.index(let index), .array):
        let elements = children(of: node)
        guard elements.indices.contains(index) else { return nil }
        node = elements[index]
      default: return nil
      }
    }
    return node
  }
}
