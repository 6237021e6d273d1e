// SPDX-License-Identifier: Apache-2.0

/// Any JSON value: tool arguments, schemas, and fields that Spate has no name for.
///
/// ```swift
/// let schema: JSONValue = ["type": "object", "required": ["city"]]
/// let city = arguments["city"]?.string
/// ```
///
/// Objects keep the order of their keys; numbers keep their text.
@nonexhaustive public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// Reads one JSON text (RFC 8259): well-formed UTF-8, at most 256 levels deep, nothing after it.
  public init(parsing text: String) throws(WireError) { try self.init(parsing: Array(text.utf8)) }

  /// Reads one JSON text from its bytes.
  public init(parsing bytes: [UInt8]) throws(WireError) { try self.init(parsing: bytes.span) }

  /// Reads one JSON text from its bytes.
  public init(parsing bytes: Span<UInt8>) throws(WireError) {
    self = try JSONScanner.scan(bytes) { (json) throws(WireError) in
      let value = json.value()
      if json.hasIllFormedText, json.failure == nil { throw .malformed(.utf8, offset: json.illFormedOffset) }
      return value
    }
  }

  /// Compact JSON text, in UTF-8.
  public var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The member of an object; nil for any other value.
  public subscript(key: String) -> JSONValue? { object?[key] }

  /// The element of an array; nil outside it and for any other value.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text of a string.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The number, when it is a whole one that fits.
  public var int: Int? { if case .number(let value) = self { value.int } else { nil } }

  /// The number, when it is finite.
  public var double: Double? { if case .number(let value) = self { value.double } else { nil } }

  /// The truth value.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements of an array.
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The members of an object.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// Whether it is `null`.
  public var isNull: Bool { if case .null = self { true } else { false } }
}

extension JSONValue: CustomStringConvertible {
  /// Compact JSON text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  /// A number; the literal can not be one that is not finite.
  public init(floatLiteral value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; of a key that repeats the last one counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
