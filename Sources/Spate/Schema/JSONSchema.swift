// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// The JSON Schema of a Swift type, for the arguments of a tool and the shape of an answer.
///
/// ```swift
/// struct Trip: Decodable {
///   enum Unit: String, Decodable, CaseIterable { case celsius, fahrenheit }
///   var city: String
///   var days: Int?
///   var unit: Unit
/// }
/// let schema = try JSONSchema.of(Trip.self)
/// // {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"type":"string",
/// //  "enum":["celsius","fahrenheit"]}},"required":["city","unit"],"additionalProperties":false}
/// ```
///
/// The type's own `init(from:)` is run once with a decoder that notes what is asked for, so that coding keys, defaults and
/// property wrappers count as they do when it is decoded. What can not be found out in that way says its schema itself:
/// ``JSONSchemaProviding``.
public enum JSONSchema {
  /// The schema of a type.
  ///
  /// Known are strings, numbers, truth values, optionals, arrays, sets, dictionaries with `String` keys, nested types, enums
  /// with raw values that are `CaseIterable`, `Date` (ISO 8601), `URL`, `UUID`, `Decimal`, `Data` (base64), ``JSONValue``.
  ///
  /// `isStrict` gives the form of OpenAI's strict mode: every property is required, and an optional one may be null. That
  /// form has no dictionaries.
  ///
  /// Throws ``SpateError/Code/badRequest`` that names the key path and what to do: for types that contain themselves, enums
  /// that do not list their cases, types that check what they decode, `superDecoder`, and arrays read as tuples.
  public static func of<Value: Decodable>(_ type: Value.Type, isStrict: Bool = false) throws(SpateError) -> JSONValue {
    do {
      let path = SchemaPath(root: type)
      if let given = SchemaProbe.given(by: type) { return try given.json(isStrict: isStrict, at: path) }
      return try SchemaProbe.probe(type, at: path).node.json(isStrict: isStrict, at: path)
    } catch let error as SpateError {
      throw error
    } catch {
      throw SpateError(.badRequest, "\(type) has no schema: \(error)")
    }
  }
}

/// A type that says its schema itself, where it can not be found out: a type that contains itself, one that checks what
/// it decodes, an enum with values beside its cases.
///
/// ```swift
/// struct Percent: Decodable, JSONSchemaProviding {
///   static let jsonSchema: JSONValue = ["type": "integer", "minimum": 0, "maximum": 100]
/// }
/// ```
///
/// Inside other types it counts too. Then one value of it is decoded, made up by its schema: the first of its `examples`,
/// its `default` or its `enum`, else an empty value of its `type`. A type that takes no such value needs `examples`.
public protocol JSONSchemaProviding {
  /// The schema, given to providers as it is.
  static var jsonSchema: JSONValue { get }
}

/// A type that tells the model what its properties mean.
///
/// ```swift
/// struct Trip: Decodable, JSONSchemaDescribing {
///   var city: String
///   static let schemaDescriptions = ["city": "The city and its country: Oslo, Norway"]
/// }
/// ```
public protocol JSONSchemaDescribing {
  /// Descriptions by the names that the properties have in JSON. One of a property that there is not is an error.
  static var schemaDescriptions: [String: String] { get }
  /// What the whole means; nil by default.
  static var schemaDescription: String? { get }
}

extension JSONSchemaDescribing {
  /// None.
  public static var schemaDescription: String? { nil }
}
