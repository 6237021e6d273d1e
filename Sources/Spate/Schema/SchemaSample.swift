// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// A value that a schema allows: the first example or choice, else an empty one of its type.
enum SchemaSample {
  static func of(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
    if let named = schema["examples"]?[0] ?? schema["default"] ?? schema["const"] ?? schema["enum"]?[0] { return named }
    // A schema may hold itself; what has to be there in it has an end.
    guard depth < 32 else { return .null }
    if let choice = schema["anyOf"]?[0] ?? schema["oneOf"]?[0] ?? schema["allOf"]?[0] {
      return of(choice, depth: depth + 1)
    }
    let type = schema["type"]?.string ?? schema["type"]?[0]?.string
    switch type ?? (schema["properties"] == nil ? nil : "object") {
    case "string"?: return word(schema["format"]?.string)
    case "integer"?, "number"?: return schema["minimum"] ?? 0
    case "boolean"?: return false
    case "array"?:
      guard let count = schema["minItems"]?.int, let items = schema["items"], (1...100).contains(count) else {
        return []
      }
      return .array(Array(repeating: of(items, depth: depth + 1), count: count))
    case "object"?:
      var object = JSONObject()
      for key in schema["required"]?.array ?? [] {
        guard let key = key.string else { continue }
        object[key] = of(schema["properties"]?[key] ?? [:], depth: depth + 1)
      }
      return .object(object)
    default: return .null
    }
  }

  private static func word(_ format: String?) -> JSONValue {
    switch format {
    case "date-time": "1970-01-01T00:00:00Z"
    case "uuid": "00000000-0000-0000-0000-000000000000"
    case "uri": "https://example.com"
    default: ""
    }
  }
}
