// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What was asked of a decoder at one place.
final class SchemaRecord {
  /// The shape of a member: known at once, or still being noted.
  enum Member {
    case node(SchemaNode)
    case record(SchemaRecord)
  }

  private enum Shape {
    case nothing
    case keyed([(key: String, member: Member, isRequired: Bool)])
    case unkeyed(Member?)
    case single(SchemaNode)
  }

  private var shape = Shape.nothing
  /// Keys that were asked about before they were decoded: they may be absent, or null.
  private var optionalKeys: Set<String> = []
  private var mayBeNull = false

  func node(at path: SchemaPath) throws -> SchemaNode {
    let node: SchemaNode
    switch shape {
    case .nothing: node = .object([], description: nil)
    case .single(let single): node = single
    case .unkeyed(let element):
      node = .array(try element.map { try Self.node(of: $0, at: path.element) } ?? .any)
    case .keyed(let members):
      node = .object(
        try members.map { key, member, isRequired in
          SchemaNode.Field(
            key: key, node: try Self.node(of: member, at: path.key(key)),
            isRequired: isRequired && !optionalKeys.contains(key))
        }, description: nil)
    }
    return mayBeNull ? .nullable(node) : node
  }

  private static func node(of member: Member, at path: SchemaPath) throws -> SchemaNode {
    switch member {
    case .node(let node): node
    case .record(let record): try record.node(at: path)
    }
  }

  // MARK: What is asked for

  func beginKeyed(at path: SchemaPath) throws {
    switch shape {
    case .nothing: shape = .keyed([])
    case .keyed: break
    case .unkeyed, .single: throw path.severalShapes
    }
  }

  func beginUnkeyed(at path: SchemaPath) throws {
    guard case .nothing = shape else { throw path.severalShapes }
    shape = .unkeyed(nil)
  }

  /// Whether a key is there: who asks can do without.
  func ask(_ key: String) { optionalKeys.insert(key) }

  func askNull() { mayBeNull = true }

  func add(_ member: Member, _ key: String, at path: SchemaPath) throws {
    guard case .keyed(var members) = shape else { throw path.severalShapes }
    if let place = members.firstIndex(where: { $0.key == key }) {
      guard case .node(let known) = members[place].member, case .node(let node) = member, known == node else {
        throw path.key(key).severalShapes
      }
      return
    }
    members.append((key, member, !optionalKeys.contains(key)))
    shape = .keyed(members)
  }

  func add(element: Member, at path: SchemaPath) throws {
    guard case .unkeyed(nil) = shape else {
      throw path.error("it reads an array as a tuple, element by element: conform the type to JSONSchemaProviding")
    }
    shape = .unkeyed(element)
  }

  func add(single node: SchemaNode, at path: SchemaPath) throws {
    guard case .nothing = shape else { throw path.severalShapes }
    shape = .single(node)
  }
}

extension SchemaPath {
  fileprivate var severalShapes: SpateError {
    error("it is decoded in several shapes: conform the type to JSONSchemaProviding")
  }

  fileprivate var inherits: SpateError {
    error(
      "a superDecoder has no place in a schema: decode the superclass from the same decoder, or conform the type to "
        + "JSONSchemaProviding")
  }
}

/// A decoder that notes what is asked for and answers with empty values.
struct SchemaRecorder: Decoder {
  let record: SchemaRecord
  let path: SchemaPath
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try record.beginKeyed(at: path)
    return KeyedDecodingContainer(KeyedRecorder(record: record, path: path))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try record.beginUnkeyed(at: path)
    return UnkeyedRecorder(record: record, path: path)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleValueRecorder(record: record, path: path)
  }
}

/// Notes keys. `decodeIfPresent` asks ``contains(_:)`` first, as whoever can do without a key does.
private struct KeyedRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let record: SchemaRecord
  let path: SchemaPath
  var codingPath: [any CodingKey] { [] }
  /// None: an enum with values beside its cases wants one, and is told apart by its failure.
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool {
    record.ask(key.stringValue)
    return true
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    record.ask(key.stringValue)
    return false
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let found = try SchemaProbe.probe(type, at: path.key(key.stringValue))
    try record.add(.node(found.node), key.stringValue, at: path)
    return found.value
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    let nested = SchemaRecord()
    try record.add(.record(nested), key.stringValue, at: path)
    return try SchemaRecorder(record: nested, path: path.key(key.stringValue)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    let nested = SchemaRecord()
    try record.add(.record(nested), key.stringValue, at: path)
    return try SchemaRecorder(record: nested, path: path.key(key.stringValue)).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { throw path.inherits }

  func superDecoder(forKey key: Key) throws -> any Decoder { throw path.inherits }
}

/// Notes the one kind of element that an array has.
private struct UnkeyedRecorder: UnkeyedDecodingContainer {
  let record: SchemaRecord
  let path: SchemaPath
  var codingPath: [any CodingKey] { [] }
  /// Not known, so that nobody counts on it.
  var count: Int? { nil }
  private(set) var currentIndex = 0
  var isAtEnd: Bool { currentIndex > 0 }

  init(record: SchemaRecord, path: SchemaPath) {
    self.record = record
    self.path = path
  }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let found = try SchemaProbe.probe(type, at: path.element)
    try add(.node(found.node))
    return found.value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let nested = SchemaRecord()
    try add(.record(nested))
    return try SchemaRecorder(record: nested, path: path.element).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let nested = SchemaRecord()
    try add(.record(nested))
    return try SchemaRecorder(record: nested, path: path.element).unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { throw path.inherits }

  private mutating func add(_ element: SchemaRecord.Member) throws {
    try record.add(element: element, at: path)
    currentIndex += 1
  }
}

/// Notes a value that stands alone.
private struct SingleValueRecorder: SingleValueDecodingContainer {
  let record: SchemaRecord
  let path: SchemaPath
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool {
    record.askNull()
    return false
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let found = try SchemaProbe.probe(type, at: path)
    try record.add(single: found.node, at: path)
    return found.value
  }
}
