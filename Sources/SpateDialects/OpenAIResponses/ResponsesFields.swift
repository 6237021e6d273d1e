// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The members of a request's body that were not read yet.
struct ResponsesFields {
  private(set) var rest: JSONObject

  /// Throws what is wrong with the body, in words for its sender.
  init(_ body: [UInt8]) throws(SpateError) {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    rest = fields
  }

  /// The value, which is read now; null is none.
  mutating func take(_ name: String) -> JSONValue? {
    guard let value = rest[name] else { return nil }
    rest[name] = nil
    // A bare nil here would be JSON's null.
    return value.isNull ? Optional.none : value
  }

  /// Puts back what says more than was read of it.
  mutating func keep(_ name: String, _ value: JSONValue?) { rest[name] = value }

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
    SpateError(.badRequest, "\(name) must be \(expected)")
  }
}
