// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What a provider says in fields that have no name here: the last value of each counts, none is lost.
///
/// The values are kept as bytes: a provider that repeats its citations on each chunk (Perplexity) costs a comparison
/// a chunk, and they are parsed once at the end.
struct ExtraFields: Sendable {
  private struct Field: Sendable {
    var scope: ChatChunk.Scope
    /// The key and behind it the value.
    var text: [UInt8]
    var keyCount: Int

    func isNamed(_ extra: ChatChunk.Extra, in json: borrowing JSONScanner) -> Bool {
      scope == extra.scope && json.equals(extra.key, text, 0..<keyCount)
    }
  }

  private var fields: [Field] = []
  private static let limit = 64

  /// `guess`: where it is if the fields come as they came before.
  mutating func add(_ extra: ChatChunk.Extra, in json: borrowing JSONScanner, near guess: Int) {
    let isThere = guess < fields.count && fields[guess].isNamed(extra, in: json)
    guard let place = isThere ? guess : fields.firstIndex(where: { $0.isNamed(extra, in: json) }) else {
      guard fields.count < Self.limit else { return }
      if fields.isEmpty { fields.reserveCapacity(4) }
      var text: [UInt8] = []
      text.reserveCapacity(extra.key.count + extra.value.count)
      json.withBytes(of: extra.key) { text.append($0) }
      json.withBytes(of: extra.value) { text.append($0) }
      fields.append(Field(scope: extra.scope, text: text, keyCount: extra.key.count))
      return
    }
    let keyCount = fields[place].keyCount
    if json.equals(extra.value, fields[place].text, keyCount..<fields[place].text.count) { return }
    fields[place].text.removeSubrange(keyCount...)
    json.withBytes(of: extra.value) { fields[place].text.append($0) }
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
      let text = field.text.span
      let bytes = text.extracting(field.keyCount..<text.count)
      let value: JSONValue
      do { value = try JSONValue(parsing: bytes) } catch { value = .string(bytes.decodedString()) }
      entries.append((text.extracting(0..<field.keyCount).decodedString(), value))
    }
    return JSONObject(read: entries)
  }
}
