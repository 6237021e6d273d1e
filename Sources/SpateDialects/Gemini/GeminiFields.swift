// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The members of an object of Google's, which takes each name in two spellings: `systemInstruction` and
/// `system_instruction`.
struct GeminiFields {
  /// What was not read yet.
  private(set) var rest: JSONObject

  init(_ object: JSONObject) { rest = object }

  /// The value, which is read now; null is none.
  mutating func take(_ name: String) -> JSONValue? {
    for spelling in [name, Self.snake(name)] {
      guard let value = rest[spelling] else { continue }
      rest[spelling] = nil
      // A bare nil here would be JSON's null.
      return value.isNull ? Optional.none : value
    }
    return nil
  }

  /// The value, which stays.
  func peek(_ name: String) -> JSONValue? { rest[name] ?? rest[Self.snake(name)] }

  /// Gives a value back that says more than could be read.
  mutating func keep(_ name: String, _ value: JSONValue?) { rest[name] = value }

  private static func snake(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      if ("A"..."Z").contains(scalar) { text += "_" }
      text.unicodeScalars.append(scalar)
    }
    return text.lowercased()
  }

  mutating func string(_ name: String) throws(SpateError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else { throw Self.wrong(name, "text") }
    return text
  }

  mutating func bool(_ name: String) throws(SpateError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard let bool = value.bool else { throw Self.wrong(name, "true or false") }
    return bool
  }

  mutating func number(_ name: String) throws(SpateError) -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = value.double else { throw Self.wrong(name, "a number") }
    return number
  }

  mutating func integer(_ name: String, atLeast minimum: Int? = nil) throws(SpateError) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.int else { throw Self.wrong(name, "a whole number") }
    if let minimum, number < minimum { throw Self.wrong(name, "at least \(minimum)") }
    return number
  }

  static func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "Invalid value at '\(name)': must be \(expected)")
  }
}
