// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a dialect looks for in a report of tokens, as an enumeration. Its raw values are places in a list.
protocol UsageField: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
  /// Its name, and before it the name of the object that it is in, when it is in one.
  var path: (object: StaticString?, name: StaticString) { get }

  /// The count in a value that is more than a count.
  func count(in value: JSONValue) -> JSONValue?
}

extension UsageField {
  func count(in value: JSONValue) -> JSONValue? { value }
}

/// The names of all of a dialect's ``UsageField``s, for finding them in one pass over a report.
struct UsageFields: Sendable {
  /// One name in the report itself or in an object in it.
  struct Name: Sendable {
    let bytes: StaticString
    /// Made once, and shared by all reports.
    let text: String
    /// The field's raw value; nil for an object that is none itself.
    var field: Int?
    /// Where the names are that are in it; nil when none of them counts.
    var inside: Int?
    let count: @Sendable (JSONValue) -> JSONValue?
  }

  /// Names side by side, the shorter ones first, and where those of each length begin.
  private struct Group: Sendable {
    var names: [Name] = []
    var starts: [Int] = []

    mutating func sort() {
      names.sort { $0.bytes.utf8CodeUnitCount < $1.bytes.utf8CodeUnitCount }
      let longest = names.last?.bytes.utf8CodeUnitCount ?? 0
      starts = (0...longest + 1).map { length in
        names.firstIndex { $0.bytes.utf8CodeUnitCount >= length } ?? names.count
      }
    }

    func candidates(_ length: Int) -> Range<Int> {
      length + 1 < starts.count ? starts[length]..<starts[length + 1] : 0..<0
    }
  }

  /// How many fields there are.
  let count: Int
  /// The report's own names first.
  private var groups: [Group] = [Group()]

  init<Field: UsageField>(_: Field.Type) {
    count = Field.allCases.count
    for field in Field.allCases {
      let (object, name) = field.path
      let group = object.map { inside(of: $0) } ?? 0
      let found = place(of: name, in: group)
      groups[group].names[found].field = field.rawValue
      let old = groups[group].names[found]
      groups[group].names[found] = Name(
        bytes: old.bytes, text: old.text, field: field.rawValue, inside: old.inside, count: { field.count(in: $0) })
    }
    for group in groups.indices { groups[group].sort() }
  }

  private mutating func inside(of object: StaticString) -> Int {
    let place = place(of: object, in: 0)
    if let inside = groups[0].names[place].inside { return inside }
    groups.append(Group())
    groups[0].names[place].inside = groups.count - 1
    return groups.count - 1
  }

  private mutating func place(of name: StaticString, in group: Int) -> Int {
    let text = "\(name)"
    if let place = groups[group].names.firstIndex(where: { $0.text == text }) { return place }
    groups[group].names.append(Name(bytes: name, text: text, count: { $0 }))
    return groups[group].names.count - 1
  }

  // MARK: Finding

  /// The name that a key of a report is; `group` 0 is the report itself.
  func name(of key: JSONSlice, in json: borrowing JSONScanner, group: Int) -> Name? {
    guard !key.isEscaped else { return nil }
    for place in groups[group].candidates(key.count) where json.equals(key, groups[group].names[place].bytes) {
      return groups[group].names[place]
    }
    return nil
  }

  /// The name that is this text. Names are ASCII, and as long as they are no other text is equivalent.
  func name(of key: String, group: Int) -> Name? {
    for place in groups[group].candidates(key.utf8.count) where groups[group].names[place].text == key {
      return groups[group].names[place]
    }
    return nil
  }
}
