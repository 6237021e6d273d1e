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

    static func == (a: KeyBytes, b: KeyBytes) -> Bool { areEqual(a.text, b.text) }

    /// Whether the bytes are the same.
    static func areEqual(_ a: String, _ b: String) -> Bool {
      // What has the same bytes is equivalent as well: mostly one comparison of words, or of memory, says no.
      a.utf8.count == b.utf8.count && a == b && a.utf8.elementsEqual(b.utf8)
    }

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
    for (key, value) in other.members { self[key] = value }
  }

  private func place(of key: String) -> Int? {
    if let places { return places[KeyBytes(key)] }
    for place in members.indices where KeyBytes.areEqual(members[place].key, key) { return place }
    return nil
  }

  private mutating func add(_ key: String, _ value: JSONValue) {
    members.append((key, value))
    if places != nil {
      places?[KeyBytes(key)] = members.count - 1
    } else if members.count == Self.indexedFrom {
      index()
    }
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
