// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The fields of a request's body, as a server takes them: what is left has no name of ours.
struct RequestFields {
  /// What was not taken yet.
  var rest: JSONObject
  /// What the errors call the fields: `options.` before those inside it.
  private let prefix: String

  init(_ fields: JSONObject, prefix: String = "") {
    rest = fields
    self.prefix = prefix
  }

  /// Throws what is wrong with the body, in words for its sender.
  init(body: [UInt8]) throws(SpateError) {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard let fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    self.init(fields)
  }

  /// The value, which is taken now; null is none.
  mutating func take(_ name: String) -> JSONValue? {
    guard let value = rest[name] else { return nil }
    rest[name] = nil
    // A bare nil here would be JSON's null.
    return value.isNull ? Optional.none : value
  }

  mutating func string(_ name: String) throws(SpateError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else { throw wrong(name, "text") }
    return text
  }

  mutating func bool(_ name: String) throws(SpateError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard let bool = value.bool else { throw wrong(name, "true or false") }
    return bool
  }

  mutating func number(_ name: String) throws(SpateError) -> Double? {
    guard let value = take(name) else { return nil }
    guard let number = value.double else { throw wrong(name, "a number") }
    return number
  }

  mutating func integer(_ name: String, atLeast minimum: Int? = nil) throws(SpateError) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.int else { throw wrong(name, "a whole number") }
    if let minimum, number < minimum { throw wrong(name, "at least \(minimum)") }
    return number
  }

  /// A text, or a list of them.
  mutating func texts(_ name: String) throws(SpateError) -> [String]? {
    switch take(name) {
    case nil: return nil
    case .string(let text)?: return [text]
    case let value?:
      guard let list = value.array else { throw wrong(name, "text, or a list of texts") }
      let texts = list.compactMap(\.string)
      guard texts.count == list.count else { throw wrong(name, "text, or a list of texts") }
      return texts
    }
  }

  /// The model, which must be named.
  mutating func model() throws(SpateError) -> String {
    guard let model = try string("model"), !model.isEmpty else {
      throw SpateError(.badRequest, "the body names no model")
    }
    return model
  }

  func wrong(_ name: String, _ expected: String) -> SpateError {
    SpateError(.badRequest, "\(prefix)\(name) must be \(expected)")
  }
}
