// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Swift values from JSON that a model wrote, and JSON of Swift values, in the forms that ``JSONSchema`` names.
enum TypedJSON {
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let text = try decoder.singleValueContainer().decode(String.self)
      // Both forms of RFC 3339; models write fractions or leave them out.
      for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
        do { return try style.parse(text) } catch { continue }
      }
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(text) is no date of ISO 8601"))
    }
    return try decoder.decode(type, from: Data(bytes))
  }

  /// JSON text.
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension DecodingError {
  /// Where and what, in a line for the model or a person; never the whole of what was decoded.
  var line: String {
    let context: Context
    let what: String
    switch self {
    case .keyNotFound(let key, let place): (context, what) = (place, "\(key.stringValue) is missing")
    case .valueNotFound(_, let place): (context, what) = (place, "there is no value")
    case .typeMismatch(let type, let place): (context, what) = (place, "it is no \(type)")
    case .dataCorrupted(let place): (context, what) = (place, place.debugDescription)
    @unknown default: return "it can not be decoded"
    }
    var path = ""
    for key in context.codingPath {
      path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? key.stringValue : "." + key.stringValue)
    }
    return path.isEmpty ? what : "\(path): \(what)"
  }
}
