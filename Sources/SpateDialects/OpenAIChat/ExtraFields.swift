// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a provider says in fields that have no name here: the last value of each counts, none is lost.
///
/// The values are kept as bytes: a provider that repeats its citations on each chunk (Perplexity) costs a comparison
/// a chunk, and they are parsed once at the end.
struct ExtraFields: Sendable {
  private struct Field: Sendable {
    var scope: ChatChunk.Scope
    var key: String
    var value: [UInt8]
  }

  private var fields: [Field] = []
  private static let limit = 64

  mutating func add(_ extra: ChatChunk.Extra, in json: borrowing JSONScanner) {
    let place = fields.firstIndex { field in
      field.scope == extra.scope && json.withBytes(of: extra.key) { Self.equal($0, Array(field.key.utf8)) }
    }
    guard let place else {
      guard fields.count < Self.limit else { return }
      fields.append(Field(scope: extra.scope, key: json.text(of: extra.key), value: json.bytes(of: extra.value)))
      return
    }
    let isSame = json.withBytes(of: extra.value) { Self.equal($0, fields[place].value) }
    if !isSame { fields[place].value = json.bytes(of: extra.value) }
  }

  /// The fields by their names; those of a choice or a delta under `choice` and `delta`.
  var metadata: JSONObject {
    var chunk = JSONObject()
    var choice = JSONObject()
    var delta = JSONObject()
    for field in fields {
      // The bytes were scanned when they came; only text that is no UTF-8 can still be refused.
      let value: JSONValue
      do { value = try JSONValue(parsing: field.value) } catch { value = .string(field.value.span.decodedString()) }
      switch field.scope {
      case .chunk: chunk[field.key] = value
      case .choice: choice[field.key] = value
      case .delta: delta[field.key] = value
      }
    }
    if !choice.isEmpty { chunk["choice"] = .object(choice) }
    if !delta.isEmpty { chunk["delta"] = .object(delta) }
    return chunk
  }

  private static func equal(_ a: Span<UInt8>, _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a[index] != b[index] { return false }
    return true
  }
}
