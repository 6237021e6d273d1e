// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The schema that an answer is asked by, and how a value is read from it.
///
/// Most providers take objects only: any other value goes as the one member of an object, and is taken out again.
struct OutputFormat: Sendable {
  let responseFormat: ResponseFormat
  /// From the answer to the value.
  let path: [JSONStep]

  init(name: String, schema: JSONValue, isStrict: Bool) {
    let isObject = schema["type"]?.string == "object"
    path = isObject ? [] : [.key(Self.wrapper)]
    responseFormat = .schema(name: name, isObject ? schema : Self.wrapped(schema), isStrict: isStrict)
  }

  /// For a type: in the strict form where it has one.
  init<Output: Decodable>(_ type: Output.Type, name: String) throws(SpateError) {
    do throws(SpateError) {
      self.init(name: name, schema: try JSONSchema.of(type, isStrict: true), isStrict: true)
    } catch {
      self.init(name: name, schema: try JSONSchema.of(type), isStrict: false)
    }
  }

  private static let wrapper = "value"

  /// Definitions stay at the top, and a schema that refers to itself as the whole means the member now.
  private static func wrapped(_ schema: JSONValue) -> JSONValue {
    var top: JSONObject = ["type": "object"]
    var inner = redirected(schema)
    if var fields = inner.object {
      for key in ["$defs", "definitions"] {
        if let definitions = fields[key] { top[key] = definitions }
        fields[key] = nil
      }
      inner = .object(fields)
    }
    top["properties"] = .object([wrapper: inner])
    top["required"] = [.string(wrapper)]
    top["additionalProperties"] = false
    return .object(top)
  }

  private static func redirected(_ schema: JSONValue) -> JSONValue {
    switch schema {
    case .object(let fields):
      .object(
        JSONObject(
          fields.members.map { key, value in
            (key, key == "$ref" && value == "#" ? .string("#/properties/\(wrapper)") : redirected(value))
          }))
    case .array(let elements): .array(elements.map(redirected))
    default: schema
    }
  }

  // MARK: Reading

  /// The value of a whole answer.
  func value<Output: Decodable>(_ type: Output.Type, of response: Response) throws(SpateError) -> Output {
    var json = PartialJSON(inProse: true)
    json.feed(response.text)
    try Self.check(response, json)
    guard let value = json.value(at: path) else {
      throw Self.error("the answer has no \(path.map(\.description).joined(separator: "."))", response)
    }
    do { return try Self.decode(type, value) } catch {
      throw Self.error("the answer is no \(type): \(Self.line(error))", response)
    }
  }

  /// Throws where an answer is no whole JSON value; `json` has read its words.
  static func check(_ response: Response, _ json: PartialJSON) throws(SpateError) {
    guard response.outcome == .complete else { throw error(reason(response), response) }
    guard !json.isComplete else { return }
    let found = response.text.isEmpty ? "the answer has no words" : "the answer holds no whole JSON object"
    let calls = response.toolCalls.isEmpty ? "" : "; it calls \(response.toolCalls.count) of the tools"
    throw error(found + calls, response)
  }

  /// Strictly.
  static func decode<Value: Decodable>(_ type: Value.Type, _ value: JSONValue) throws -> Value {
    if let value = value as? Value { return value }
    return try TypedJSON.decode(type, from: value.bytes)
  }

  /// Types with a form of their own, in a draft.
  static func leaf(_ type: Any.Type, _ value: JSONValue) throws -> Any? {
    switch type {
    case is Date.Type: try decode(Date.self, value)
    case is URL.Type: try decode(URL.self, value)
    case is Data.Type: try decode(Data.self, value)
    case is Decimal.Type: try decode(Decimal.self, value)
    default: nil
    }
  }

  static func line(_ error: any Error) -> String { (error as? DecodingError)?.line ?? "\(error)" }

  private static func reason(_ response: Response) -> String {
    switch response.outcome {
    case .limited: "the answer was stopped by a limit: raise maxTokens"
    case .refused: "the model refused: \(DisplayText.bounded(response.refusal ?? "", limit: 300))"
    case .filtered: "the answer was filtered"
    case .paused: "the answer is paused: go on with it"
    default: "the answer is not complete"
    }
  }

  static func error(_ message: String, _ response: Response) -> SpateError {
    var error = SpateError(.invalidOutput, message)
    error.model = response.model
    error.nativeFinish = response.nativeFinish
    error.partial = response.partial
    return error
  }
}
