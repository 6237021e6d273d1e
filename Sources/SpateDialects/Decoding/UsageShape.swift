// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The last report of tokens, and where its numbers are: where a provider reports with each chunk, nothing else differs.
///
/// The text of the next report is compared with it; what is the same around the numbers has the same fields in the same
/// places.
struct UsageShape: Sendable {
  /// What a report is to the one before it.
  enum Comparison {
    /// The same bytes.
    case same
    /// The same but for numbers, which ``takeChanges(_:)`` gives.
    case numbers
    case other
  }

  /// A number that changed.
  struct Change {
    var number: Int
    /// Where it is in the report, and how many digits it has.
    var start: Int
    var length: Int
    /// The place of the member in all that was reported, and in that member when it is an object.
    var place: Int
    var inside: Int?
    /// Which ``UsageField`` it is.
    var field: Int?
  }

  private struct Leaf: Sendable {
    let start: Int
    let end: Int
    let place: Int
    let inside: Int?
    let field: Int?
    /// In the last report.
    var number: Int
    /// In the one that is being compared.
    var next: Int
    var nextStart: Int
    var nextLength: Int
    /// What counts: the last number that no zero took the place of.
    var held: Int
  }

  private var text: [UInt8] = []
  /// In the order of the text; empty while nothing is learned.
  private var leaves: [Leaf] = []

  /// Whether nothing else was merged into what was reported since.
  var isCurrent = true

  /// Longer ones are not whole tokens.
  private static let digitLimit = 15
  private static let sizeLimit = 4 << 10

  /// Whether there was no report yet.
  var isEmpty: Bool { text.isEmpty }

  /// Takes the report as the last one, of which nothing is learned yet.
  mutating func keep(_ json: borrowing JSONScanner, _ slice: JSONSlice) {
    leaves.empty()
    isCurrent = true
    text.empty()
    json.withBytes(of: slice) { text.append($0) }
  }

  // MARK: Comparing

  /// Compares the report at `slice`, which was scanned before, with the last one.
  mutating func compare(_ json: borrowing JSONScanner, _ slice: JSONSlice) -> Comparison {
    guard !leaves.isEmpty else {
      return json.withBytes(of: slice) { $0.equals(text.span) } ? .same : .other
    }
    return json.withBytes(of: slice) { compare($0) }
  }

  private mutating func compare(_ bytes: Span<UInt8>) -> Comparison {
    var isSame = true
    var (position, known) = (0, 0)
    for index in leaves.indices {
      let length = leaves[index].start - known
      guard bytes.holds(length, at: position, of: text.span, at: known) else { return .other }
      position += length
      known = leaves[index].end
      let start = position
      var number = 0
      while position < bytes.count {
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        number = number &* 10 &+ Int(digit)
        position += 1
      }
      guard (1...Self.digitLimit).contains(position - start) else { return .other }
      (leaves[index].next, leaves[index].nextStart, leaves[index].nextLength) = (number, start, position - start)
      isSame = isSame && number == leaves[index].number
    }
    let rest = text.count - known
    guard bytes.count - position == rest, bytes.holds(rest, at: position, of: text.span, at: known) else {
      return .other
    }
    return isSame ? .same : isCurrent ? .numbers : .other
  }

  /// After a comparison that found other numbers: those that count from now on. A zero takes no count's place.
  mutating func takeChanges(_ body: (Change) -> Void) {
    for index in leaves.indices where leaves[index].next != leaves[index].number {
      let next = leaves[index].next
      leaves[index].number = next
      if next == 0, leaves[index].held > 0 { continue }
      leaves[index].held = next
      let leaf = leaves[index]
      body(
        Change(
          number: next, start: leaf.nextStart, length: leaf.nextLength, place: leaf.place, inside: leaf.inside,
          field: leaf.field))
    }
  }

  // MARK: Learning

  /// Notes where the numbers of the last report are in `native`, which it was merged into. Learns nothing of a report
  /// that does not stand in there as it came: with names that repeat, or with more than is kept.
  mutating func learn(_ native: JSONObject, _ fields: UsageFields) {
    guard text.count <= Self.sizeLimit, native.members.count < UsageReports.fieldLimit else { return }
    var found: [Leaf] = []
    do throws(WireError) {
      let isWhole = try JSONScanner.scan(text.span) { (json) throws(WireError) in
        Self.learn(native, fields, &json, into: &found)
      }
      if isWhole { leaves = found }
    } catch {
      // Given up half way: the next report is read whole.
    }
  }

  private static func learn(
    _ native: JSONObject, _ fields: UsageFields, _ json: inout JSONScanner, into found: inout [Leaf],
    group: Int? = 0, parent: Int? = nil
  ) -> Bool {
    var seen: Set<Int> = []
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      // It may be a known name, which was found by its text.
      guard !key.isEscaped else { return false }
      let name = group.flatMap { fields.find(key, in: json, group: $0) }
      let kind = json.kind()
      guard let place = native.place(of: name.map { fields.text($0) } ?? json.text(of: key)) else {
        // Nulls are nothing that was reported.
        guard kind == .null else { return false }
        json.skip()
        continue
      }
      guard seen.insert(place).inserted else { return false }
      if kind == .number {
        guard let slice = json.number(), case .number(let held) = native.members[place].value else { return false }
        guard slice.count <= digitLimit, let number = json.integer(slice), isPlain(slice, json) else { continue }
        found.append(
          Leaf(
            start: slice.start, end: slice.end, place: parent ?? place, inside: parent == nil ? nil : place,
            field: name.flatMap { fields.isCounted($0) ? fields.field($0) : nil }, number: number, next: number,
            nextStart: slice.start,
            nextLength: slice.count,
            held: held.int ?? 0))
      } else if kind == .object, parent == nil {
        guard case .object(let details) = native.members[place].value,
          learn(details, fields, &json, into: &found, group: name.flatMap { fields.inside($0) }, parent: place)
        else { return false }
      } else {
        json.skip()
      }
    }
    return true
  }

  /// Whether a number is digits and nothing else.
  private static func isPlain(_ slice: JSONSlice, _ json: borrowing JSONScanner) -> Bool {
    json.withBytes(of: slice) { bytes in
      for index in 0..<bytes.count where bytes[index] &- UInt8(ascii: "0") > 9 { return false }
      return true
    }
  }
}
