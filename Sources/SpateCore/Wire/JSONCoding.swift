// SPDX-License-Identifier: Apache-2.0

/// `Codable` for values of unknown shape. A `Decoder` hands numbers over already parsed, so their text is not kept on
/// this way; ``JSONValue/init(parsing:)-(String)`` keeps it.
extension JSONValue: Codable {
  /// Reads any value.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = Self.attempt({ try value.decode(Bool.self) }) {
      self = .bool(bool)
    } else if let int = Self.attempt({ try value.decode(Int.self) }) {
      self = .number(JSONNumber(int))
    } else if let double = Self.attempt({ try value.decode(Double.self) }), let number = JSONNumber(double) {
      self = .number(number)
    } else if let text = Self.attempt({ try value.decode(String.self) }) {
      self = .string(text)
    } else if let elements = Self.attempt({ try value.decode([JSONValue].self) }) {
      self = .array(elements)
    } else {
      self = .object(try JSONObject(from: decoder))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value):
      if let int = value.int {
        try container.encode(int)
      } else if let double = value.double {
        try container.encode(double)
      } else {
        throw EncodingError.invalidValue(
          value,
          EncodingError.Context(codingPath: encoder.codingPath, debugDescription: "\(value.literal) fits no number"))
      }
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try value.encode(to: encoder)
    }
  }

  /// Trying one type after the other is the only way a `Decoder` offers to find out what a value is.
  private static func attempt<Value>(_ read: () throws -> Value) -> Value? {
    do { return try read() } catch { return nil }
  }
}

extension JSONObject: Codable {
  private struct MemberKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  /// Reads the members, in the decoder's order.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: MemberKey.self)
    self.init(try container.allKeys.map { ($0.stringValue, try container.decode(JSONValue.self, forKey: $0)) })
  }

  /// Writes the members in order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: MemberKey.self)
    for (key, value) in members { try container.encode(value, forKey: MemberKey(key)) }
  }
}
