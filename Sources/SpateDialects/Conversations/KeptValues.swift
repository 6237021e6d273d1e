// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a conversation holds once it was read and written again, for finding out what was not kept.
///
/// Forms differ where they say the same: texts are joined, addresses become bytes. So what counts is whether a text
/// stands anywhere in what was written, and any other value under its name. Names of roles and of kinds are the form
/// itself, and what is blank or false says nothing.
struct KeptValues {
  private struct Named: Hashable {
    var name: String
    var value: JSONValue
  }

  private var texts: Set<String> = []
  private var values: Set<Named> = []
  /// All texts in their order: parts of a text are mostly found where the last one ended.
  private var all: [UInt8] = []
  private var position = 0
  /// A text that is found nowhere costs a look at all of them.
  private var searches = 0

  private static let searchLimit = 64
  private static let placeLimit = 20

  init(_ value: JSONValue) { add(value, "") }

  private mutating func add(_ value: JSONValue, _ name: String) {
    switch value {
    case .string(let text):
      if texts.insert(text).inserted { all += Array(text.utf8) }
    case .array(let list): for element in list { add(element, name) }
    case .object(let object): for (key, value) in object.members { add(value, key) }
    default: values.insert(Named(name: name, value: value))
    }
  }

  /// The places of what was not kept, at most 20.
  mutating func places(lostFrom value: JSONValue, at place: String) -> [String] {
    var places: [String] = []
    look(at: value, "", place, &places)
    if places.count > Self.placeLimit {
      let more = places.count - Self.placeLimit
      places = places.prefix(Self.placeLimit) + ["what stands at \(more) more places"]
    }
    return places
  }

  private mutating func look(at value: JSONValue, _ name: String, _ place: String, _ lost: inout [String]) {
    switch value {
    case .null, .bool(false): break
    case .string(let text): if !text.isEmpty, name != "role", name != "type", !has(text) { lost.append(place) }
    case .array(let list):
      for (index, element) in list.enumerated() { look(at: element, name, "\(place)[\(index)]", &lost) }
    case .object(let object):
      for (key, value) in object.members { look(at: value, key, "\(place).\(key)", &lost) }
    default: if !values.contains(Named(name: name, value: value)) { lost.append(place) }
    }
  }

  private mutating func has(_ text: String) -> Bool {
    if texts.contains(text) { return true }
    // Bytes in an address of their own stand there without it.
    if let data = DataURL(text), texts.contains(Base64.encode(data.bytes)) { return true }
    let wanted = Array(text.utf8)
    if all[position...].starts(with: wanted) {
      position += wanted.count
      return true
    }
    guard searches < Self.searchLimit else { return false }
    guard let found = place(of: wanted) else {
      searches += 1
      return false
    }
    position = found + wanted.count
    return true
  }

  private func place(of wanted: [UInt8]) -> Int? {
    guard let first = wanted.first, wanted.count <= all.count else { return nil }
    return (0...(all.count - wanted.count)).first { all[$0] == first && all[$0...].starts(with: wanted) }
  }
}
