// SPDX-License-Identifier: Apache-2.0

/// The memo of one JSON text: what it was made of, for reading the next one without scanning it.
///
/// The events of a stream differ in few places: the words, a number, some padding. These are its holes. A text that has
/// the same bytes around its holes, and in each hole a valid value of the same kind, is as valid as the one that was
/// scanned, and every field in it is where it was, moved by as much as the holes before it grew.
///
/// ```swift
/// if template.matches(&json) { template.move(&place); template.settle() } else { ...; template.learn(json, holes) }
/// ```
///
/// As strict as the scanner: it compares, or it scans. A text that does not match tells nothing, and is scanned whole.
package struct JSONTemplate: Sendable {
  /// What a hole takes.
  package enum Kind: Sendable {
    /// A string.
    case string
    /// A string that is not empty.
    case words
    case number
    /// Any value of the same kind.
    case value
    /// A value that differs in its numbers only, as a report of tokens does. Each of them is a hole; with more of them
    /// than a template keeps it is taken as any value.
    case numbers
  }

  /// A place that differs from text to text.
  package struct Hole: Sendable {
    package var kind: Kind
    package var slice: JSONSlice

    package init(_ kind: Kind, _ slice: JSONSlice) {
      self.kind = kind
      self.slice = slice
    }

    /// A string's quotes belong to it.
    fileprivate var range: (start: Int, end: Int) {
      switch kind {
      case .string, .words: (slice.start - 1, slice.end + 1)
      case .number, .value, .numbers: (slice.start, slice.end)
      }
    }
  }

  struct Place: Sendable {
    /// In the text that was learned.
    let kind: Kind
    let first: UInt8
    /// Where the known text is cut for it.
    var cut: Int
    /// How many objects and arrays are open there, for the limit of what they hold; nil until it is asked for.
    var depth: Int?
    /// In the last text, and in the one whose fields are known.
    var last: JSONSlice
    var before: JSONSlice
  }

  /// What stands between the holes.
  private var text: [UInt8] = []
  private var places: [Place] = []
  /// The texts that match say nothing but new words: their reader knows what to do with a hole without looking for the
  /// other fields. Set after learning, and forgotten with the pattern.
  package var isPlain = false
  /// It has values that differ in their numbers, which are not holes yet: looking for the numbers is for a pattern that
  /// was seen twice.
  package private(set) var hasNumbers = false

  /// More holes than any event of ours has.
  private static let holeLimit = 24
  /// A text that is larger than this is scanned rather than kept.
  private static let sizeLimit = 64 << 10
  /// So much between its holes is more than what comes again and again.
  private static let textLimit = 8 << 10

  /// Nothing is learned yet.
  package init() {}

  /// Whether nothing is learned.
  package var isEmpty: Bool { text.isEmpty }

  // MARK: Learning

  /// Takes the text of `json`, which was scanned, as the pattern of the next ones. `holes` in any order; `numbers` says
  /// whether holes are made of the numbers in a value.
  package mutating func learn(_ json: borrowing JSONScanner, _ holes: [Hole], numbers: Bool = false) {
    forget()
    guard json.count <= Self.sizeLimit, json.failure == nil, !json.hasIllFormedText, holes.count <= Self.holeLimit,
      json.count - holes.reduce(0, { $0 + $1.slice.count }) <= Self.textLimit
    else { return }
    places.reserveCapacity(holes.count)
    for hole in holes {
      if hole.kind == .numbers {
        if numbers, insertNumbers(of: hole.slice, in: json, besides: holes.count) { continue }
        hasNumbers = !numbers
      }
      insert(hole, json)
    }
    guard places.count <= Self.holeLimit else { return forget() }
    text.reserveCapacity(json.count)
    var end = 0
    for index in places.indices {
      let range = Self.range(of: places[index])
      json.withBytes(of: JSONSlice(start: end, end: range.start, isEscaped: false)) { text.append($0) }
      places[index].cut = text.count
      end = range.end
    }
    json.withBytes(of: JSONSlice(start: end, end: json.count, isEscaped: false)) { text.append($0) }
  }

  private static func range(of place: Place) -> (start: Int, end: Int) { Hole(place.kind, place.last).range }

  private mutating func insert(_ hole: Hole, _ json: borrowing JSONScanner) {
    let start = hole.range.start
    let index = places.firstIndex { Self.range(of: $0).start > start } ?? places.count
    let kind = hole.kind == .numbers ? .value : hole.kind
    places.insert(
      Place(
        kind: kind, first: json.firstByte(at: start), cut: 0, last: hole.slice, before: hole.slice), at: index)
  }

  /// Makes a hole of each number in a value; false when there are none or too many.
  private mutating func insertNumbers(of slice: JSONSlice, in json: borrowing JSONScanner, besides count: Int) -> Bool {
    let numbers = json.numbers(in: slice, limit: Self.holeLimit - count)
    guard !numbers.isEmpty else { return false }
    for number in numbers { insert(Hole(.number, number), json) }
    return true
  }

  // MARK: Matching

  /// Whether the text of `json`, of which nothing was read yet, is the learned one but for its holes. If so it has been
  /// read to its end; if not, it stands at its beginning.
  @inline(__always) package mutating func matches(_ json: inout JSONScanner) -> Bool {
    !text.isEmpty && fits(&json)
  }

  private mutating func fits(_ json: inout JSONScanner) -> Bool {
    json.rewind()
    var known = 0
    for index in places.indices {
      guard json.advance(over: text, from: known, to: places[index].cut),
        let slice = json.fill(&places[index])
      else {
        json.rewind()
        return false
      }
      places[index].last = slice
      known = places[index].cut
    }
    guard json.advance(over: text, from: known, to: text.count) || json.advance(overEndOf: text, from: known),
      json.isAtEnd
    else {
      json.rewind()
      return false
    }
    return true
  }

  /// Forgets what was learned: what is known about the texts holds no longer.
  package mutating func forget() {
    places.empty()
    text.empty()
    isPlain = false
    hasNumbers = false
  }

  // MARK: Holes

  /// Which of the holes is this field of the text that was learned; nil when it is none.
  package func hole(of slice: JSONSlice?) -> Int? {
    slice.flatMap { slice in
      places.firstIndex { $0.last.start == slice.start && $0.last.end == slice.end && $0.kind != .value }
    }
  }

  /// What is in a hole of the last text.
  @inline(__always) package subscript(hole: Int) -> JSONSlice { places[hole].last }

  // MARK: Moving

  /// After all fields were moved: they are now where they are in the text that matched last.
  @inline(__always) package mutating func settle() {
    for index in places.indices { places[index].before = places[index].last }
  }

  /// Where a field of the text that was learned, or settled, is in the one that matched last.
  @inline(__always) package func moved(_ slice: JSONSlice) -> JSONSlice {
    var (start, end) = (slice.start, slice.end)
    for place in places {
      if slice.start == place.before.start, slice.end == place.before.end { return place.last }
      // The places are in order, so the last one before a byte tells by how much it moved.
      let growth = place.last.end - place.before.end
      if place.before.end <= slice.start { start = slice.start + growth }
      if place.before.end <= slice.end { end = slice.end + growth }
    }
    return slice.at(start, end)
  }

  /// Moves a field.
  @inline(__always) package func move(_ slice: inout JSONSlice) { slice = moved(slice) }

  /// Moves a field that may be missing.
  @inline(__always) package func move(_ slice: inout JSONSlice?) {
    if let known = slice { slice = moved(known) }
  }
}

extension JSONSlice {
  fileprivate func at(_ start: Int, _ end: Int) -> JSONSlice {
    JSONSlice(start: start, end: end, isEscaped: isEscaped, isASCII: isASCII)
  }
}
