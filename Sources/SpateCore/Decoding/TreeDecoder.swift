// SPDX-License-Identifier: Apache-2.0

/// Reads a value of a tree.
struct TreeDecoder: Decoder {
  let source: TreeSource
  let node: Int32

  var codingPath: [any CodingKey] { source.path(of: node) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard source.kind(node) == .object else { throw source.mismatch([String: Any].self, node) }
    return source.container(node, type)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard source.kind(node) == .array else { throw source.mismatch([Any].self, node) }
    return TreeUnkeyedContainer(source: source, node: node)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    TreeSingleValueContainer(source: source, node: node)
  }
}

/// The value itself.
struct TreeSingleValueContainer: SingleValueDecodingContainer {
  let source: TreeSource
  let node: Int32

  var codingPath: [any CodingKey] { source.path(of: node) }

  func decodeNil() -> Bool { source.kind(node) == .null && source.isThere(node) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try source.decode(type, node, keeps: false) }

  private func scalar<Value: TreeScalar>(_ type: Value.Type) throws -> Value {
    guard let value = source.scalar(type, node) else { throw source.mismatch(type, node) }
    return value
  }

  func decode(_ type: Bool.Type) throws -> Bool { try scalar(type) }
  func decode(_ type: String.Type) throws -> String { try scalar(type) }
  func decode(_ type: Double.Type) throws -> Double { try scalar(type) }
  func decode(_ type: Float.Type) throws -> Float { try scalar(type) }
  func decode(_ type: Int.Type) throws -> Int { try scalar(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try scalar(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try scalar(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try scalar(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try scalar(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try scalar(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try scalar(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try scalar(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try scalar(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try scalar(type) }
}
