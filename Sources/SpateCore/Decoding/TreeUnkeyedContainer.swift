// SPDX-License-Identifier: Apache-2.0

/// The elements of an array.
struct TreeUnkeyedContainer: UnkeyedDecodingContainer {
  let source: TreeSource
  let node: Int32
  /// What can be read of it: in a draft without an element that is no value yet.
  private let elements: [Int32]
  private(set) var currentIndex = 0

  init(source: TreeSource, node: Int32) {
    self.source = source
    self.node = node
    let all = source.text.tree.children(of: node)
    elements = all.last.map(source.isThere) == false ? Array(all.dropLast()) : all
  }

  var codingPath: [any CodingKey] { source.path(of: node) }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd else { throw source.end(of: node, Any?.self) }
    guard source.kind(elements[currentIndex]) == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try source.decode(type, try peek(type))
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> { try superDecoder().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try superDecoder().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    let element = try peek((any Decoder).self)
    currentIndex += 1
    return TreeDecoder(source: source, node: element)
  }

  private func peek(_ type: Any.Type) throws -> Int32 {
    guard !isAtEnd else { throw source.end(of: node, type) }
    return elements[currentIndex]
  }

  private mutating func scalar<Value: TreeScalar>(_ type: Value.Type) throws -> Value {
    let element = try peek(type)
    guard let value = source.scalar(type, element) else { throw source.mismatch(type, element) }
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try scalar(type) }
  mutating func decode(_ type: String.Type) throws -> String { try scalar(type) }
  mutating func decode(_ type: Double.Type) throws -> Double { try scalar(type) }
  mutating func decode(_ type: Float.Type) throws -> Float { try scalar(type) }
  mutating func decode(_ type: Int.Type) throws -> Int { try scalar(type) }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try scalar(type) }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try scalar(type) }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try scalar(type) }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try scalar(type) }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try scalar(type) }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try scalar(type) }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try scalar(type) }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try scalar(type) }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try scalar(type) }
}
