// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The reports of one answer's tokens, as they come together over its stream, in any provider's shape.
///
/// Reports are cumulative (rule U1): of each field the last value counts, and none is ever added to another. Only a zero
/// does not take the place of a count: some upstreams fill in what a report does not say.
struct UsageReports: Sendable {
  /// What a field says: no less than 0 is a count.
  enum Found {
    static let nothing = -1
    /// A number that counts nothing.
    static let impossible = -2
    static let object = -3
    static let other = -4
  }

  /// All that was reported, by the provider's names.
  private(set) var native = JSONObject()
  private let fields: UsageFields
  /// What each of the fields says in ``native``.
  private var found: [Int]
  private var shape = UsageShape()
  private var hasIgnored = false
  private var hasWarned = false

  /// A report does not make this larger without end.
  static let fieldLimit = 64
  /// An old sum says nothing about new counts.
  private static let sums = ["total_tokens", "totalTokens", "totalTokenCount"]

  /// No report yet; `fields` is what its reader will look for.
  init(_ fields: UsageFields) {
    self.fields = fields
    found = fields.nothing
  }

  // MARK: Taking over

  /// Takes over the report at `slice`, and gives the counts so far, as `read` understands them, when it says something.
  /// The same report again says nothing. `isLast`: no other one comes that would be compared with it.
  mutating func take(
    _ json: borrowing JSONScanner, _ slice: JSONSlice, into events: inout [StreamEvent], isLast: Bool = false,
    read: (inout UsageReports) -> Usage
  ) {
    switch shape.compare(json, slice) {
    case .same: return
    case .numbers: takeNumbers(json, slice)
    case .other:
      let isFirst = shape.isEmpty
      if !isLast { shape.keep(json, slice) }
      guard takeWhole(json, slice) else { return }
      // Most streams have one report, which is no pattern yet.
      if !isFirst { shape.learn(native, self.fields) }
    }
    give(into: &events, read: read)
  }

  /// Takes over a report that was read already, and gives the counts so far when it says something.
  mutating func take(
    _ report: JSONValue, into events: inout [StreamEvent], read: (inout UsageReports) -> Usage
  ) {
    guard let fields = report.object, !fields.isEmpty else { return }
    shape.isCurrent = false
    merge(fields)
    give(into: &events, read: read)
  }

  @inline(__always)
  private mutating func give(into events: inout [StreamEvent], read: (inout UsageReports) -> Usage) {
    var usage = read(&self)
    usage.native = .object(native)
    if hasIgnored, !hasWarned {
      hasWarned = true
      events.append(.warning(StreamWarning(.ignoredValue, "a count of the usage is no possible number of tokens")))
    }
    if usage.input != nil || usage.output != nil { events.append(.usage(usage)) }
  }

  /// Takes over any report; false when it says nothing.
  private mutating func takeWhole(_ json: borrowing JSONScanner, _ slice: JSONSlice) -> Bool {
    // What the first one says is found while it is read. Names that repeat are counted as they were merged.
    let isFirst = native.isEmpty
    var isPlain = isFirst
    guard let report = json.read(slice, { report(&$0, &isPlain) }), !report.isEmpty else {
      find()
      return false
    }
    if isPlain, report.members.count <= Self.fieldLimit { native = report } else { merge(report) }
    return true
  }

  /// The report at hand; nil when it is no object. Names that are known are not made again. What it says is found as long
  /// as it `isPlain`.
  private mutating func report(_ json: inout JSONScanner, _ isPlain: inout Bool, group: Int = 0) -> JSONObject? {
    guard json.beginObject() else {
      json.skip()
      return nil
    }
    var entries: [(key: String, value: JSONValue)] = []
    // A report has three to six of them, and as many details.
    entries.reserveCapacity(6)
    // Which known names came; whether they are all names that came, and each of them once.
    var (seen, isDistinct) = (UInt64(0), true)
    while let key = json.nextKey() {
      // It may be a known name, which is found by its text.
      if key.isEscaped { isPlain = false }
      let name = fields.find(key, in: json, group: group)
      let bit = name.map { $0 < 64 ? UInt64(1) << UInt64($0) : 0 } ?? 0
      isDistinct = isDistinct && bit != 0 && seen & bit == 0
      seen |= bit
      let text = name.map { fields.text($0) } ?? json.text(of: key)
      let kind = json.kind()
      if kind == .number, let number = json.number() {
        if isPlain, let name, let field = fields.field(name), fields.isCounted(name) {
          found[field] = Self.found(json.integer(number))
        }
        entries.append((text, .number(JSONNumber(literal: json.literal(of: number)))))
      } else if kind == .object, let name, let inside = fields.inside(name),
        let object = report(&json, &isPlain, group: inside)
      {
        if isPlain, let field = fields.field(name) { found[field] = Found.object }
        entries.append((text, .object(object)))
      } else {
        let value = json.value()
        if isPlain, let name { find(name, value) }
        if group == 0, value.isNull { isPlain = false }
        entries.append((text, value))
      }
    }
    let count = entries.count
    let object = isDistinct ? JSONObject(distinct: entries) : JSONObject(read: entries)
    isPlain = isPlain && object.members.count == count
    return object
  }

  private mutating func merge(_ report: JSONObject) {
    for name in Self.sums where report[name] == nil && native[name] != nil { native[name] = nil }
    Self.merge(report, into: &native)
    find()
  }

  /// `depth`: details are objects inside the report.
  private static func merge(_ fields: JSONObject, into native: inout JSONObject, depth: Int = 0) {
    for (key, value) in fields.members where !value.isNull {
      guard let old = native[key] else {
        if native.members.count < fieldLimit { native[key] = value }
        continue
      }
      if case .object(var all) = old, case .object(let details) = value, depth < 2 {
        merge(details, into: &all, depth: depth + 1)
        native[key] = .object(all)
      } else if !(value.int == 0 && (old.int ?? 0) > 0) {
        native[key] = value
      }
    }
  }

  /// Only numbers differ from the last report, of which every place is known.
  private mutating func takeNumbers(_ json: borrowing JSONScanner, _ slice: JSONSlice) {
    native.detach()
    shape.takeChanges { change in
      let start = slice.start + change.start
      let literal = JSONSlice(start: start, end: start + change.length, isEscaped: false)
      let number = JSONValue.number(JSONNumber(literal: json.text(of: literal)))
      native.update(at: change.place) { value in
        guard let inside = change.inside else {
          value = number
          return
        }
        guard case .object(var details) = value else { return }
        // Held once, so that it is changed where it is, unless an earlier report has it too.
        value = .null
        details.update(at: inside) { $0 = number }
        value = .object(details)
      }
      if let field = change.field { found[field] = Self.found(change.number) }
    }
  }

  // MARK: Finding

  private static func found(_ number: Int?) -> Int {
    // Bounded so that sums of counts never overflow.
    number.flatMap { (0...(1 << 48)).contains($0) ? $0 : nil } ?? Found.impossible
  }

  private mutating func find() {
    for field in found.indices { found[field] = Found.nothing }
    for (key, value) in native.members {
      guard let name = fields.find(key, group: 0) else { continue }
      find(name, value)
      guard let inside = fields.inside(name), case .object(let details) = value else { continue }
      for (key, value) in details.members {
        if let name = fields.find(key, group: inside) { find(name, value) }
      }
    }
  }

  private mutating func find(_ name: Int, _ value: JSONValue) {
    guard let field = fields.field(name) else { return }
    found[field] =
      switch fields.count(name, in: value) {
      case .number(let number)?: Self.found(number.int)
      case .object?: Found.object
      default: Found.other
      }
  }

  // MARK: Asking

  /// The field of the report with this name.
  subscript(name: String) -> JSONValue? { native[name] }

  /// Whether there is such a field, of whatever kind.
  func has<Field: UsageField>(_ field: Field) -> Bool { found[field.rawValue] != Found.nothing }

  /// Whether there is such a field, and it is an object.
  func hasObject<Field: UsageField>(_ field: Field) -> Bool { found[field.rawValue] == Found.object }

  /// What the field counts; nil when it is missing, or no possible number of tokens.
  mutating func count<Field: UsageField>(_ field: Field) -> Int? {
    let count = found[field.rawValue]
    if count == Found.impossible { hasIgnored = true }
    return count >= 0 ? count : nil
  }

  /// What a value counts that is no field.
  mutating func count(in value: JSONValue?) -> Int? {
    guard case .number(let number)? = value else { return nil }
    let count = Self.found(number.int)
    if count == Found.impossible { hasIgnored = true }
    return count >= 0 ? count : nil
  }
}
