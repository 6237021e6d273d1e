// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a provider says in fields that have no name here: the last value of each counts, none is lost.
///
/// The values are kept as bytes: a provider that repeats its citations on each chunk (Perplexity) costs a comparison
/// a chunk, and they are parsed once at the end.
struct ExtraFields: Sendable {
  private struct Field: Sendable {
    var scope: ChatChunk.Scope
    var key: [UInt8]
    var value: [UInt8]
  }

  private var fields: [Field] = []
  private static let limit = 64

  mutating func add(_ extra: ChatChunk.Extra, in json: borrowing JSONScanner) {
    let place = fields.firstIndex { field in
      field.scope == extra.scope && json.withBytes(of: extra.key) { $0.equals(field.key.span) }
    }
    guard let place else {
      guard fields.count < Self.limit else { return }
      if fields.isEmpty { fields.reserveCapacity(4) }
      fields.append(Field(scope: extra.scope, key: json.bytes(of: extra.key), value: json.bytes(of: extra.value)))
      return
    }
    let last = fields[place].value
    let isSame = json.withBytes(of: extra.value) { $0.equals(last.span) }
    if !isSame { fields[place].value = json.bytes(of: extra.value) }
  }

  /// The fields by their names; those of a choice or a delta under `choice` and `delta`.
  var metadata: JSONObject {
    guard !fields.isEmpty else { return [:] }
    var chunk = object(.chunk)
    if fields.contains(where: { $0.scope != .chunk }) {
      let (choice, delta) = (object(.choice), object(.delta))
      if !choice.isEmpty { chunk["choice"] = .object(choice) }
      if !delta.isEmpty { chunk["delta"] = .object(delta) }
    }
    return chunk
  }

  private func object(_ scope: ChatChunk.Scope) -> JSONObject {
    var entries: [(key: String, value: JSONValue)] = []
    entries.reserveCapacity(fields.count)
    for field in fields where field.scope == scope {
      // The bytes were scanned when they came; only text that is no UTF-8 can still be refused.
      let value: JSONValue
      do { value = try JSONValue(parsing: field.value.span) } catch {
        value = .string(field.value.span.decodedString())
      }
      entries.append((field.key.span.decodedString(), value))
    }
    return JSONObject(read: entries)
  }
}
