// SPDX-License-Identifier: Apache-2.0

/// The header fields of a request or a response, in order, names compared without regard to case.
///
/// Values of credential fields never appear in ``description`` or in a debugger's mirror.
public struct HTTPFields: Sendable, Hashable {
  /// One header line.
  public struct Field: Sendable, Hashable {
    /// As it was given or received.
    public let name: String
    /// Without the white space around it.
    public let value: String

    /// A field with this name and value, unchecked: see ``HTTPFields/isValid(name:)`` and ``HTTPFields/isValid(value:)``.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Every field, in order, repeated names included.
  public private(set) var fields: [Field] = []

  /// No fields.
  public init() {}

  /// The first value of that name; setting replaces every value of it, nil removes them.
  public subscript(name: String) -> String? {
    get { place(of: name).map { fields[$0].value } }
    set {
      let at = place(of: name)
      if at != nil { fields.removeAll { Self.areSame($0.name, name) } }
      if let newValue {
        fields.insert(Field(name: name, value: newValue), at: min(at ?? fields.count, fields.count))
      }
    }
  }

  /// Adds a field, also when the name is there already.
  public mutating func append(name: String, value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Every value of that name, in order.
  public func values(of name: String) -> [String] {
    var values: [String] = []
    for place in fields.indices where Self.areSame(fields[place].name, name) { values.append(fields[place].value) }
    return values
  }

  private func place(of name: String) -> Int? {
    for place in fields.indices where Self.areSame(fields[place].name, name) { return place }
    return nil
  }

  /// Whether `name` is a token (RFC 9110, 5.1).
  public static func isValid(name: String) -> Bool { !name.utf8.isEmpty && name.utf8.allSatisfy(isToken) }

  /// Whether the byte may stand in a name (RFC 9110, 5.6.2).
  package static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// Whether `value` holds no control byte but the tab: a line end in a value would forge a header (trust.md S14).
  public static func isValid(value: String) -> Bool {
    value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
  }

  /// Whether two names are the same, letter case apart (RFC 9110, 5.1).
  package static func areSame(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    for (a, b) in zip(a.utf8, b.utf8) where lowercased(a) != lowercased(b) { return false }
    return true
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}

extension HTTPFields: CustomStringConvertible, CustomReflectable {
  /// A line a field; credentials masked.
  public var description: String {
    fields.map { "\($0.name): \(Self.isCredential($0.name) ? "***" : $0.value)" }.joined(separator: "\n")
  }

  /// The masked lines, so that `dump` shows no credential either.
  public var customMirror: Mirror { Mirror(self, unlabeledChildren: description.split(separator: "\n")) }

  private static func isCredential(_ name: String) -> Bool {
    ["authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "set-cookie"]
      .contains { areSame($0, name) }
  }
}

extension HTTPFields.Field: CustomStringConvertible, CustomReflectable {
  /// The name only: the value may be a credential.
  public var description: String { name }

  /// The name only.
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  /// Fields in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name: name, value: value) }
  }
}
