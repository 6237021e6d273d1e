// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object, in order. Of a key that repeats the last value counts, at the first one's place.
///
/// Keys are the same when their bytes are (RFC 8259, 8.3): `é` written as one scalar is not `é` written as two.
public struct JSONObject: Sendable {
  /// The members, in order.
  public private(set) var members: [(key: String, value: JSONValue)] = []
  /// Where a key is, once there are many: a small object is searched faster than it is hashed.
  private var places: [KeyBytes: Int]?

  private static let indexedFrom = 16

  /// `String` compares by canonical equivalence; this compares and hashes bytes.
  struct KeyBytes: Hashable, Sendable {
    let text: String
    init(_ text: String) { self.text = text }

    static func == (a: KeyBytes, b: KeyBytes) -> Bool { a.text.hasBytes(of: b.text) }

    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  /// No members.
  public init() {}

  /// These members.
  public init(_ members: [(String, JSONValue)]) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key; setting nil removes it.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?): add(key, value)
      case (let place?, nil):
        members.remove(at: place)
        places = nil
        if members.count >= Self.indexedFrom { index() }
      case (nil, nil): break
      }
    }
  }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }

  /// Takes over the members of `other`, which win.
  public mutating func merge(_ other: JSONObject) {
    if isEmpty {
      self = other
    } else {
      for (key, value) in other.members { self[key] = value }
    }
  }

  /// The place of a key among the members.
  package func place(of key: String) -> Int? {
    if let places { return places[KeyBytes(key)] }
    let length = key.utf8.count
    return unsafe members.withUnsafeBufferPointer { members in
      for place in members.indices where unsafe members[place].key.utf8.count == length {
        if unsafe members[place].key.hasBytes(of: key) { return place }
      }
      return nil
    }
  }

  /// Takes a copy of the members, for changing several of them. If another holder has them too, the first change would
  /// copy them as well, but each by way of its type's metadata.
  package mutating func detach() {
    var copy: [(key: String, value: JSONValue)] = []
    copy.reserveCapacity(members.count)
    for member in members { copy.append(member) }
    members = copy
  }

  /// Changes the value of the member at `place` where it is.
  package mutating func update(at place: Int, _ body: (inout JSONValue) -> Void) { body(&members[place].value) }

  private mutating func add(_ key: String, _ value: JSONValue) {
    members.append((key, value))
    if places != nil {
      places?[KeyBytes(key)] = members.count - 1
    } else if members.count == Self.indexedFrom {
      index()
    }
  }

  /// The members that a scanner read, in order: of a key that repeats the last value counts, at the first one's place.
  package init(read entries: [(key: String, value: JSONValue)]) {
    guard entries.count < Self.indexedFrom, !Self.repeatsKey(entries) else {
      for entry in entries { self[entry.key] = entry.value }
      return
    }
    members = entries
  }

  /// The same where no key repeats.
  package init(distinct entries: [(key: String, value: JSONValue)]) {
    members = entries
    if members.count >= Self.indexedFrom { index() }
  }

  /// Whether a key comes twice. Most keys differ in length from all before them, which one word remembers.
  private static func repeatsKey(_ entries: [(key: String, value: JSONValue)]) -> Bool {
    var lengths: UInt64 = 0
    for place in entries.indices {
      let length = entries[place].key.utf8.count
      let bit = UInt64(1) << UInt64(length & 63)
      if lengths & bit != 0 {
        for earlier in 0..<place where entries[earlier].key.utf8.count == length {
          if entries[earlier].key.hasBytes(of: entries[place].key) { return true }
        }
      }
      lengths |= bit
    }
    return false
  }

  private mutating func index() {
    places = Dictionary(members.indices.map { (KeyBytes(members[$0].key), $0) }, uniquingKeysWith: { $1 })
  }
}

extension JSONObject: Hashable {
  /// The same members, in any order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count && a.members.allSatisfy { b[$0.key] == $0.value }
  }

  /// Independent of the order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(Set(keys.map(KeyBytes.init)))
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Members in the order written; of a key that repeats the last one counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
