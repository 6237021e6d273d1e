// SPDX-License-Identifier: Apache-2.0

/// What earlier readings of a growing tree gave that the next one can go on with: whole objects, the elements of arrays, and
/// the containers of objects that are open.
///
/// Kept by the number of the value, in constant time: a reading asks once for each open object and array.
final class TreeMemo {
  /// What is kept of a value. With the type it names the class of what is kept.
  enum Kind {
    /// `TreeKept` of the type: a whole object.
    case value
    /// The `TreeAnyList` that reads the type.
    case list
    /// `TreeKept` of the container that is keyed by the type.
    case container
  }

  private var table: Table {
    @inline(__always) _read { yield unsafe storage }
    @inline(__always) _modify { yield unsafe &storage }
  }
  @exclusivity(unchecked) private var storage = Table()
  /// Reads types that have a form of their own.
  var leaf: ((Any.Type, JSONValue) throws -> Any?)?

  /// What was kept of a value, if anything.
  func object(_ kind: Kind, _ node: Int32, _ type: Any.Type) -> AnyObject? {
    table.object(kind, node, ObjectIdentifier(type))
  }

  /// Has the lists that read this array let go of its open element.
  func dropOpen(of node: Int32) {
    var place = table.head(of: node)
    while let entry = table.entry(place) {
      if entry.kind == .list { unsafe unsafeDowncast(entry.object, to: TreeAnyList.self).dropOpen() }
      place = entry.next
    }
  }

  func keep(_ object: AnyObject, as kind: Kind, _ node: Int32, _ type: Any.Type) {
    table.keep(object, as: kind, node, ObjectIdentifier(type))
  }

  /// Lets go of what was kept last, as far as it is of this value or came behind it: the value is whole, and who read it
  /// keeps what came of it. What is dropped too early is made again.
  func forget(from node: Int32) {
    // One at a time, and let go of when the table is at rest: what ends with it may be the caller's.
    while let object = table.removeLast(from: node) { _ = object }
  }

  func forgetAll() { forget(from: 0) }

  private struct Table {
    struct Entry {
      let node: Int32
      let kind: Kind
      let type: ObjectIdentifier
      let object: AnyObject
      /// The entry of the same value that was kept before.
      let next: Int32
    }

    private var entries: [Entry] = []
    /// The last entry of each value; -1 for none.
    private var heads: [Int32] = []

    // Mutating, so that it works in place.
    mutating func object(_ kind: Kind, _ node: Int32, _ type: ObjectIdentifier) -> AnyObject? {
      guard Int(node) < heads.count else { return nil }
      var place = Int(heads[Int(node)])
      while place >= 0 {
        if entries[place].kind == kind, entries[place].type == type { return entries[place].object }
        place = Int(entries[place].next)
      }
      return nil
    }

    mutating func head(of node: Int32) -> Int32 { Int(node) < heads.count ? heads[Int(node)] : -1 }

    mutating func entry(_ place: Int32) -> Entry? { place < 0 ? nil : entries[Int(place)] }

    mutating func keep(_ object: AnyObject, as kind: Kind, _ node: Int32, _ type: ObjectIdentifier) {
      while heads.count <= Int(node) { heads.append(-1) }
      entries.append(Entry(node: node, kind: kind, type: type, object: object, next: heads[Int(node)]))
      heads[Int(node)] = Int32(truncatingIfNeeded: entries.count - 1)
    }

    /// Takes out what was kept last, if it is of this value or came behind it.
    mutating func removeLast(from node: Int32) -> AnyObject? {
      guard let last = entries.last, last.node >= node else { return nil }
      heads[Int(last.node)] = last.next
      return entries.removeLast().object
    }
  }
}

/// A value that is kept.
final class TreeKept<Value> {
  let value: Value
  init(_ value: Value) { self.value = value }

  /// The value. Not inlined: here its metadata are at hand, where it is called they would be looked up.
  @inline(never) func get() -> Value { value }
}
