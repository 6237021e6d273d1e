// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// A call whose arguments are streamed: parts with `partialArgs`, and an empty one that closes it.
enum GeminiPieces {
  /// Nil for arguments that have no such form: those with an empty object or list somewhere in them.
  static func parts(of call: ToolCall) -> [JSONObject]? {
    guard !call.isCustom, let value = call.value, let object = value.object else { return nil }
    var pieces: [JSONObject] = []
    for (key, value) in object.members {
      guard add(value, at: "$" + step(key), to: &pieces) else { return nil }
    }
    guard !pieces.isEmpty else { return nil }
    var bare = call
    bare.arguments = ""
    var first = GeminiParts.call(bare)
    first["functionCall"] = first["functionCall"]?.object.map { function in
      var function = function
      function["willContinue"] = true
      return .object(function)
    }
    let middle = pieces.map { piece -> JSONObject in
      ["functionCall": ["partialArgs": [.object(piece)], "willContinue": true]]
    }
    return [first] + middle + [["functionCall": [:]]]
  }

  /// Values are at most as deep as JSON may be.
  private static func add(_ value: JSONValue, at path: String, to pieces: inout [JSONObject]) -> Bool {
    let place = JSONValue.string(path)
    switch value {
    case .null: pieces.append(["jsonPath": place, "nullValue": nil])
    case .bool: pieces.append(["jsonPath": place, "boolValue": value])
    case .number: pieces.append(["jsonPath": place, "numberValue": value])
    case .string(let text):
      // In two pieces, as Gemini sends them: the end says that it is one.
      pieces.append(["jsonPath": place, "stringValue": .string(text), "willContinue": true])
      pieces.append(["jsonPath": place, "stringValue": ""])
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        guard add(element, at: "\(path)[\(index)]", to: &pieces) else { return false }
      }
      return !elements.isEmpty
    case .object(let object):
      for (key, value) in object.members { guard add(value, at: path + step(key), to: &pieces) else { return false } }
      return !object.isEmpty
    }
    return true
  }

  /// `.name`, or `['any "name"']` (RFC 9535, 2.7).
  private static func step(_ key: String) -> String {
    let isPlain =
      !key.isEmpty
      && key.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      }
    if isPlain { return "." + key }
    let body = JSONValue.string(key).description.dropFirst().dropLast()
    var text = ""
    var isEscaped = false
    for scalar in body.unicodeScalars {
      // JSON escapes the double quote, a path the single one.
      if isEscaped {
        text += scalar == "\"" ? "\"" : "\\\(scalar)"
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text += scalar == "'" ? "\\'" : String(scalar)
      }
    }
    return "['\(text)']"
  }
}
