// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The memo of one JSON text: what it was made of, for reading the next one without scanning it.
///
/// The events of a stream differ in few places: the words, a number, some padding. These are its holes. A text that has
/// the same bytes around its holes, and in each hole a valid value of the same kind, is as valid as the one that was
/// scanned, and every field in it is where it was, moved by as much as the holes before it grew.
///
/// ```swift
/// if template.matches(&json) { place = template.moved(place) } else { ...; template.learn(json, holes) }
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
      case .number, .value: (slice.start, slice.end)
      }
    }
  }

  fileprivate struct Place: Sendable {
    /// In the text that was learned.
    let kind: Kind
    let first: UInt8
    let start: Int
    let end: Int
    /// How many objects and arrays are open there, for the limit of what they hold.
    let depth: Int
    /// In the last text, and in the one before it.
    var last: JSONSlice
    var before: JSONSlice
  }

  private var text: [UInt8] = []
  private var places: [Place] = []
  /// Texts since the last that matched.
  private var missCount = 0
  /// The texts that match say nothing but new words: their reader knows what to do with a hole without looking for the
  /// other fields. Set after learning, and forgotten with the pattern.
  package var isPlain = false
  /// How many texts matched, and how many did not.
  package private(set) var hits = 0
  package private(set) var misses = 0

  /// More holes than any event of ours has.
  private static let holeLimit = 16
  /// A text that is larger than this is scanned rather than kept.
  private static let sizeLimit = 64 << 10

  /// Whether it learns at all.
  private let isOn: Bool

  /// Nothing is learned yet, and never will be unless it `isOn`.
  package init(isOn: Bool = true) { self.isOn = isOn }

  // MARK: Learning

  /// A stream whose texts never match does not pay for learning each of them.
  package var wantsToLearn: Bool { isOn && (missCount < 8 || missCount % 8 == 0) }

  /// Takes the text of `json`, which was scanned, as the pattern of the next ones. `holes` in any order; none forgets
  /// the pattern.
  package mutating func learn(_ json: borrowing JSONScanner, _ holes: [Hole]) {
    forget()
    guard !holes.isEmpty, holes.count <= Self.holeLimit,
      json.count <= Self.sizeLimit, json.failure == nil, !json.hasIllFormedText
    else { return }
    for hole in holes {
      let (start, end) = hole.range
      let index = places.firstIndex { $0.start > start } ?? places.count
      let depth = hole.kind == .value ? json.depth(at: start) : 0
      places.insert(
        Place(
          kind: hole.kind, first: json.byte(at: start), start: start, end: end, depth: depth, last: hole.slice,
          before: hole.slice), at: index)
    }
    text.removeAll(keepingCapacity: true)
    json.withBytes(of: JSONSlice(start: 0, end: json.count, isEscaped: false)) { text.append($0) }
  }

  // MARK: Matching

  /// Whether the text of `json`, of which nothing was read yet, is the learned one but for its holes. If so it has been
  /// read to its end; if not, it stands at its beginning.
  @inline(__always) package mutating func matches(_ json: inout JSONScanner) -> Bool {
    guard !places.isEmpty else {
      missCount += 1
      misses += 1
      return false
    }
    return fits(&json)
  }

  private mutating func fits(_ json: inout JSONScanner) -> Bool {
    json.rewind()
    var learned = 0
    for index in places.indices {
      guard json.advance(over: text, from: learned, to: places[index].start),
        let slice = json.fill(places[index])
      else { return miss(&json) }
      places[index].before = places[index].last
      places[index].last = slice
      learned = places[index].end
    }
    guard json.advance(over: text, from: learned, to: text.count), json.isAtEnd else { return miss(&json) }
    hits += 1
    missCount = 0
    return true
  }

  private mutating func miss(_ json: inout JSONScanner) -> Bool {
    forget()
    missCount += 1
    misses += 1
    json.rewind()
    return false
  }

  /// Forgets what was learned: what is known about the texts holds no longer.
  package mutating func forget() {
    places.removeAll(keepingCapacity: true)
    isPlain = false
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

  /// Where a field of the text before is in the one that matched.
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
    var moved = self
    (moved.start, moved.end) = (start, end)
    return moved
  }
}

extension JSONScanner {
  fileprivate mutating func rewind() {
    position = 0
    depth = 0
    isFresh = false
    failure = nil
    hasIllFormedText = false
  }

  fileprivate var isAtEnd: Bool { position == count && failure == nil }

  /// How many objects and arrays are open at `offset` of a text that was scanned.
  fileprivate func depth(at offset: Int) -> Int {
    var (depth, isInString, index) = (0, false, 0)
    while index < offset {
      switch unsafe base[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
      case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString: depth -= 1
      default: break
      }
      index += 1
    }
    return depth
  }

  /// Goes past the bytes at hand if they are those of `text` in this range.
  @inline(__always)
  fileprivate mutating func advance(over text: [UInt8], from start: Int, to end: Int) -> Bool {
    let length = end - start
    guard length <= count - position, start >= 0, end <= text.count, length >= 0 else { return false }
    let isEqual = unsafe text.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { return true }
      return unsafe memcmp(first + start, base + position, length) == 0
    }
    if isEqual { position += length }
    return isEqual
  }

  fileprivate func byte(at offset: Int) -> UInt8 { unsafe offset >= 0 && offset < count ? base[offset] : 0 }

  /// The value at hand, if it can be in such a hole. White space before it is none of it.
  @inline(__always)
  fileprivate mutating func fill(_ place: JSONTemplate.Place) -> JSONSlice? {
    guard position < count else { return nil }
    let byte = unsafe base[position]
    let slice: JSONSlice
    switch place.kind {
    case .string, .words:
      guard byte == UInt8(ascii: "\"") else { return nil }
      slice = scanString()
      if place.kind == .words, slice.isEmpty { return nil }
    case .number:
      guard byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      guard let number = number() else { return nil }
      slice = number
    case .value:
      // What a value begins with tells its kind, but for numbers, which match less often than they might.
      guard byte == place.first else { return nil }
      depth = place.depth
      slice = self.slice()
      depth = 0
    }
    return failure == nil ? slice : nil
  }
}
