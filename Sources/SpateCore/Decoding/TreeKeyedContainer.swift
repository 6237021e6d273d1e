// SPDX-License-Identifier: Apache-2.0

/// The members of an object.
struct TreeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let source: TreeSource
  let node: Int32

  var codingPath: [any CodingKey] { source.path(of: node) }

  var allKeys: [Key] {
    let tree = source.text.tree
    return tree.children(of: node).filter(tree.isReadable).compactMap { Key(stringValue: tree.keyText($0)) }
  }

  func contains(_ key: Key) -> Bool { member(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    guard let member = member(key) else { throw source.absent(key.stringValue, in: node) }
    return source.kind(member) == .null
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    guard let member = member(key) else { throw source.absent(key.stringValue, in: node) }
    return try source.decode(type, member)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    guard let member = member(key), source.kind(member) != .null else { return nil }
    do { return try source.decode(type, member) } catch  where source.isDraft { return nil }
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try superDecoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try superDecoder(forKey: key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    guard let member = source.text.tree.member("super", of: node) else {
      throw source.absent("super", in: node)
    }
    return TreeDecoder(source: source, node: member)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    guard let member = member(key) else { throw source.absent(key.stringValue, in: node) }
    return TreeDecoder(source: source, node: member)
  }

  private func member(_ key: Key) -> Int32? { source.member(key.stringValue, of: node) }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try source.required(type, key.stringValue, of: node)
  }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try source.required(type, key.stringValue, of: node)
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
    try source.optional(type, key.stringValue, of: node)
  }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
    try source.optional(type, key.stringValue, of: node)
  }
}
