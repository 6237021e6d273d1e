// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What a dialect looks for in a report of tokens, as an enumeration. Its raw values are places in a list.
protocol UsageField: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
  /// Its name, and before it the name of the object that it is in, when it is in one.
  var path: (object: StaticString?, name: StaticString) { get }

  /// Whether its value is the count.
  var isCounted: Bool { get }

  /// The count in a value that is more than a count.
  func count(in value: JSONValue) -> JSONValue?
}

extension UsageField {
  var isCounted: Bool { true }
  func count(in value: JSONValue) -> JSONValue? { value }
}

/// The names of all of a dialect's ``UsageField``s, for finding them in one pass over a report.
///
/// A name is found by its length first, and then by its bytes. Nothing is copied for that: what is found is a place.
struct UsageFields: Sendable {
  /// One name in the report itself or in an object in it.
  private struct Name: Sendable {
    let bytes: StaticString
    /// Made once, and shared by all reports.
    let text: String
    /// Where it stands: 0 is the report itself.
    let group: Int
    /// The field's raw value; nil for an object that is none itself.
    var field: Int?
    /// The group of the names that are in it; nil when none of them counts.
    var inside: Int?
    /// For a value that is more than a count.
    var pick: (@Sendable (JSONValue) -> JSONValue?)?
  }

  /// What no field says anything in: shared by all reports until they have something.
  let nothing: [Int]
  /// Those of a group side by side, the shorter ones first.
  private var names: [Name] = []
  /// By group and length.
  private var places: [Range<Int>] = []
  private var lengths = 0
  private var groups = 1

  init<Field: UsageField>(_: Field.Type) {
    nothing = Array(repeating: UsageReports.Found.nothing, count: Field.allCases.count)
    for field in Field.allCases {
      let (object, name) = field.path
      let place = add(name, object.map { inside(of: $0) } ?? 0)
      names[place].field = field.rawValue
      if field.isCounted { continue }
      names[place].pick = { field.count(in: $0) }
    }
    names.sort { ($0.group, $0.bytes.utf8CodeUnitCount) < ($1.group, $1.bytes.utf8CodeUnitCount) }
    lengths = (names.map(\.bytes.utf8CodeUnitCount).max() ?? 0) + 1
    for group in 0..<groups {
      for length in 0..<lengths {
        let first = names.firstIndex { ($0.group, $0.bytes.utf8CodeUnitCount) >= (group, length) } ?? names.count
        let end = names.firstIndex { ($0.group, $0.bytes.utf8CodeUnitCount) > (group, length) } ?? names.count
        places.append(first..<end)
      }
    }
  }

  private mutating func inside(of object: StaticString) -> Int {
    let place = add(object, 0)
    if let inside = names[place].inside { return inside }
    names[place].inside = groups
    groups += 1
    return groups - 1
  }

  private mutating func add(_ name: StaticString, _ group: Int) -> Int {
    let text = "\(name)"
    if let place = names.firstIndex(where: { $0.group == group && $0.text == text }) { return place }
    names.append(Name(bytes: name, text: text, group: group))
    return names.count - 1
  }

  private func candidates(_ group: Int, _ length: Int) -> Range<Int> {
    length < lengths ? places[group * lengths + length] : 0..<0
  }

  // MARK: Finding

  /// The name that a key of a report is.
  @inline(__always) func find(_ key: JSONSlice, in json: borrowing JSONScanner, group: Int) -> Int? {
    guard !key.isEscaped else { return nil }
    for place in candidates(group, key.count) where json.equals(key, names[place].bytes) { return place }
    return nil
  }

  /// The name that is this text. Names are ASCII, and no other text that is as long is equivalent.
  func find(_ key: String, group: Int) -> Int? {
    for place in candidates(group, key.utf8.count) where names[place].text == key { return place }
    return nil
  }

  /// The text of a name.
  func text(_ name: Int) -> String { names[name].text }

  /// Which field a name is, if it is one.
  func field(_ name: Int) -> Int? { names[name].field }

  /// The group of the names in a name's object.
  func inside(_ name: Int) -> Int? { names[name].inside }

  /// Whether what a name counts is its value.
  func isCounted(_ name: Int) -> Bool { names[name].pick == nil }

  /// What a name counts.
  func count(_ name: Int, in value: JSONValue) -> JSONValue? {
    guard let pick = names[name].pick else { return value }
    return pick(value)
  }
}
