// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Finds out what a type asks of a decoder, and makes the value that whoever holds it needs to go on.
enum SchemaProbe {
  /// A shape, and some value of the type.
  typealias Found<Value> = (node: SchemaNode, value: Value)

  /// The schema that a type says itself.
  static func given(by type: Any.Type) -> SchemaNode? {
    (type as? any JSONSchemaProviding.Type).map { .given($0.jsonSchema) }
  }

  static func probe<Value: Decodable>(_ type: Value.Type, at path: SchemaPath) throws -> Found<Value> {
    if let provider = type as? any JSONSchemaProviding.Type {
      return (.given(provider.jsonSchema), try sample(of: type, provider.jsonSchema, at: path))
    }
    if let (node, value) = known(type) { return (node, value) }
    if let optional = type as? any OptionalShape.Type { return try cast(optional.probe(at: path), at: path) }
    if let dictionary = type as? any DictionaryShape.Type { return try cast(dictionary.probe(at: path), at: path) }
    if let cases = type as? any CaseIterable.Type { return try enumeration(type, cases, at: path) }
    guard !path.contains(type) else {
      throw path.error("\(type) contains itself: conform it to JSONSchemaProviding")
    }
    let record = SchemaRecord()
    let inside = path.inside(type)
    let value: Value
    do {
      value = try Value(from: SchemaRecorder(record: record, path: inside))
    } catch let error as SpateError {
      throw error
    } catch {
      throw path.error(advice(type, error))
    }
    return (try described(try record.node(at: inside), by: type, at: path), value)
  }

  // MARK: Types with a shape of their own

  private static func known<Value>(_ type: Value.Type) -> Found<Value>? {
    func found(_ node: SchemaNode, _ value: Any) -> Found<Value>? { (value as? Value).map { (node, $0) } }
    switch type {
    case is String.Type: return found(.type("string"), "")
    case is Bool.Type: return found(.type("boolean"), false)
    case is Decimal.Type: return found(.type("number"), Decimal(0))
    case is Date.Type: return found(.type("string", format: "date-time"), Date(timeIntervalSince1970: 0))
    case is UUID.Type: return found(.type("string", format: "uuid"), UUID())
    case is URL.Type: return URL(string: "https://example.com").flatMap { found(.type("string", format: "uri"), $0) }
    case is Data.Type: return found(.plain(["type": "string", "contentEncoding": "base64"]), Data())
    case is JSONValue.Type: return found(.any, JSONValue.null)
    case is JSONObject.Type: return found(.map(.any), JSONObject())
    case let integer as any (FixedWidthInteger & Decodable).Type: return found(.type("integer"), zero(integer))
    case let number as any (BinaryFloatingPoint & Decodable).Type: return found(.type("number"), zero(number))
    default: return nil
    }
  }

  private static func zero<Number: Numeric>(_ type: Number.Type) -> Any { Number.zero }

  private static func cast<Value>(_ found: Found<Any>, at path: SchemaPath) throws -> Found<Value> {
    guard let value = found.value as? Value else { throw path.error("its shape is not known") }
    return (found.node, value)
  }

  /// An enum that lists its cases, by their raw values: without those it is decoded from an object.
  private static func enumeration<Value>(
    _ type: Value.Type, _ cases: any CaseIterable.Type, at path: SchemaPath
  ) throws -> Found<Value> {
    let all = list(cases)
    let raws = all.compactMap(raw)
    guard let first = all.first as? Value, raws.count == all.count else {
      throw path.error("\(type) has no raw values: declare it as \(type): String, or conform it to JSONSchemaProviding")
    }
    let words = raws.compactMap { $0 as? String }
    if words.count == raws.count { return (.enumeration(type: "string", words.map(JSONValue.string)), first) }
    let numbers = raws.compactMap(whole)
    guard numbers.count == raws.count else {
      throw path.error("the raw values of \(type) are neither words nor integers: conform it to JSONSchemaProviding")
    }
    return (.enumeration(type: "integer", numbers.map { JSONValue.number(JSONNumber($0)) }), first)
  }

  private static func list<Cases: CaseIterable>(_ cases: Cases.Type) -> [Any] { Array(cases.allCases) }

  private static func raw(_ value: Any) -> Any? {
    func open<Raw: RawRepresentable>(_ value: Raw) -> Any { value.rawValue }
    guard let value = value as? any RawRepresentable else { return nil }
    return open(value)
  }

  private static func whole(_ value: Any) -> Int? {
    guard let number = value as? any BinaryInteger else { return nil }
    return Int(exactly: number)
  }

  // MARK: What the type says about itself

  private static func described(_ node: SchemaNode, by type: Any.Type, at path: SchemaPath) throws -> SchemaNode {
    guard let words = type as? any JSONSchemaDescribing.Type else { return node }
    guard case .object(var fields, _) = node else {
      throw path.error("only a type with named properties can be described")
    }
    for (key, text) in words.schemaDescriptions {
      guard let place = fields.firstIndex(where: { $0.key == key }) else {
        throw path.error("it describes \(key), which is no key of its JSON")
      }
      fields[place].description = text
    }
    return .object(fields, description: words.schemaDescription)
  }

  /// A value of a type that says its schema: whoever holds it can not be decoded without.
  private static func sample<Value: Decodable>(
    of type: Value.Type, _ schema: JSONValue, at path: SchemaPath
  ) throws -> Value {
    do {
      return try TypedJSON.decode(type, from: SchemaSample.of(schema).bytes)
    } catch {
      throw path.error("the value that its schema allows is not taken by \(type): put one into \"examples\" there")
    }
  }

  private static func advice(_ type: Any.Type, _ error: any Error) -> String {
    let remedy = "conform \(type) to JSONSchemaProviding"
    if type is any RawRepresentable.Type {
      return "\(type) does not list its values: conform it to CaseIterable, or \(remedy)"
    }
    if case DecodingError.typeMismatch = error {
      return "an enum with values beside its cases is decoded from an object of one key: \(remedy)"
    }
    return "its init(from:) refuses empty values (\(error)): \(remedy)"
  }
}

/// An optional, whatever it wraps.
private protocol OptionalShape {
  static func probe(at path: SchemaPath) throws -> SchemaProbe.Found<Any>
}

extension Optional: OptionalShape where Wrapped: Decodable {
  fileprivate static func probe(at path: SchemaPath) throws -> SchemaProbe.Found<Any> {
    let found = try SchemaProbe.probe(Wrapped.self, at: path)
    return (.nullable(found.node), Self.some(found.value) as Any)
  }
}

/// A dictionary, whatever its keys.
private protocol DictionaryShape {
  static func probe(at path: SchemaPath) throws -> SchemaProbe.Found<Any>
}

extension Dictionary: DictionaryShape where Key: Decodable, Value: Decodable {
  fileprivate static func probe(at path: SchemaPath) throws -> SchemaProbe.Found<Any> {
    guard Key.self == String.self else {
      throw path.error("the keys of a dictionary in JSON are words: \(Key.self) is decoded otherwise")
    }
    return (.map(try SchemaProbe.probe(Value.self, at: path.element).node), [:] as Self)
  }
}
