// SPDX-License-Identifier: Apache-2.0

/// The header fields of a request or a response, in order, names compared without regard to case.
///
/// Values of credential fields never appear in ``description`` or in a debugger's mirror.
public struct HTTPFields: Sendable, Hashable {
  /// One header line.
  public struct Field: Sendable, Hashable {
    /// As it was given or received.
    public let name: String
    /// Without the white space around it.
    public let value: String

    /// A field with this name and value, unchecked: see ``HTTPFields/isValid(name:)`` and ``HTTPFields/isValid(value:)``.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The lines as HTTP/1.1 writes them, `Name: value` and CRLF: a head of thirty lines is two pieces of memory, not sixty.
  private var bytes: [UInt8] = []
  private var places: [Place] = []
  /// A bit for each length that a name has: most questions are for fields that are not there.
  private var nameLengths: UInt64 = 0

  /// Where a field's name and its line end in `bytes`; it begins where the line before ends.
  private struct Place: Hashable {
    let nameEnd: Int
    let end: Int
  }

  /// No fields.
  public init() {}

  /// Every field, in order, repeated names included.
  public var fields: [Field] {
    places.indices.map { Field(name: text(name(at: $0)), value: text(value(at: $0))) }
  }

  /// The first value of that name; setting replaces every value of it, nil removes them.
  public subscript(name: String) -> String? {
    get { place(of: name, from: 0).map { text(value(at: $0)) } }
    set {
      guard let at = place(of: name, from: 0) else {
        if let newValue { append(name: name, value: newValue) }
        return
      }
      var changed = HTTPFields()
      for (index, field) in fields.enumerated() {
        if index == at, let newValue { changed.append(name: name, value: newValue) }
        if !Self.areSame(field.name, name) { changed.append(name: field.name, value: field.value) }
      }
      self = changed
    }
  }

  /// Adds a field, also when the name is there already.
  public mutating func append(name: String, value: String) {
    var (name, value) = (name, value)
    name.withUTF8 { name in value.withUTF8 { value in unsafe append(name: name.span, value: value.span) } }
  }

  /// The same, for a name and a value as they were received. What is ill-formed in them reads as U+FFFD.
  package mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
    bytes.append(name)
    let nameEnd = bytes.count
    bytes.append(UInt8(ascii: ":"))
    bytes.append(0x20)
    bytes.append(value)
    bytes.append(0x0D)
    bytes.append(0x0A)
    add(Place(nameEnd: nameEnd, end: bytes.count), nameLength: name.count)
  }

  /// Adds the lines from `start` on that are written in just that way, and gives where they end: a name that is a token, a
  /// colon and one space, a value without blanks at its ends and without any control byte, CRLF. The first line of another kind,
  /// the empty one included, ends them, as does one whose end has not come.
  ///
  /// Nearly every line of every head is one of these: each byte is looked at once, and they are copied together.
  package mutating func append(plainLinesOf head: Span<UInt8>, from start: Int) -> Int {
    let shift = bytes.count - start
    var lineStart = start
    while let line = Self.plainLine(in: head, from: lineStart) {
      add(Place(nameEnd: line.nameEnd + shift, end: line.end + shift), nameLength: line.nameEnd - lineStart)
      lineStart = line.end
    }
    if lineStart > start { bytes.append(head.extracting(start..<lineStart)) }
    return lineStart
  }

  private mutating func add(_ place: Place, nameLength: Int) {
    places.append(place)
    nameLengths |= Self.bit(ofLength: nameLength)
  }

  private static func bit(ofLength length: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: length) }

  private static func plainLine(in head: Span<UInt8>, from start: Int) -> (nameEnd: Int, end: Int)? {
    let nameEnd = tokenEnd(in: head, from: start)
    // The shortest value is one byte, with its line end three.
    guard nameEnd > start, head.count - nameEnd >= 5, head[nameEnd] == UInt8(ascii: ":"), head[nameEnd + 1] == 0x20,
      head[nameEnd + 2] != 0x20
    else { return nil }
    let at = head.firstControl(from: nameEnd + 2)
    guard head.count - at >= 2, head[at] == 0x0D, head[at + 1] == 0x0A, head[at - 1] > 0x20 else { return nil }
    return (nameEnd, at + 2)
  }

  /// Appends every line to `message`, as HTTP/1.1 writes it.
  package func write(to message: inout [UInt8]) { message.append(bytes.span) }

  /// Makes room for so many fields of so many bytes in all.
  package mutating func reserve(fields: Int, bytes: Int) {
    places.reserveCapacity(fields)
    self.bytes.reserveCapacity(bytes)
  }

  /// Every value of that name, in order.
  public func values(of name: String) -> [String] {
    var values: [String] = []
    var start = 0
    while let place = place(of: name, from: start) {
      values.append(text(value(at: place)))
      start = place + 1
    }
    return values
  }

  /// The first value of a name that is known when this is compiled.
  package func value(of name: StaticString) -> String? {
    unsafe place(of: name.bytes.span, from: 0).map { text(value(at: $0)) }
  }

  /// Calls `body` with every value of that name, in order.
  package func forEachValue<Failure>(
    of name: StaticString, _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    while let place = unsafe place(of: name.bytes.span, from: start) {
      try body(bytes.span.extracting(value(at: place)))
      start = place + 1
    }
  }

  /// Calls `body` with the name and the value of each field, in order.
  package func visit<Failure>(_ body: (Span<UInt8>, Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
    for place in places.indices {
      try body(bytes.span.extracting(name(at: place)), bytes.span.extracting(value(at: place)))
    }
  }

  private func name(at place: Int) -> Range<Int> {
    (place == 0 ? 0 : places[place - 1].end)..<places[place].nameEnd
  }

  private func value(at place: Int) -> Range<Int> { (places[place].nameEnd + 2)..<(places[place].end - 2) }

  private func text(_ range: Range<Int>) -> String { bytes.span.extracting(range).decodedString() }

  private func place(of name: String, from start: Int) -> Int? {
    var name = name
    return name.withUTF8 { unsafe place(of: $0.span, from: start) }
  }

  private func place(of name: Span<UInt8>, from start: Int) -> Int? {
    guard nameLengths & Self.bit(ofLength: name.count) != 0 else { return nil }
    var begin = start == 0 ? 0 : places[start - 1].end
    return unsafe places.withUnsafeBufferPointer { places in
      for index in start..<max(start, places.count) {
        let place = unsafe places[index]
        // Mostly the length says no.
        if place.nameEnd - begin == name.count,
          Self.areSame(bytes.span.extracting(begin..<place.nameEnd), name)
        {
          return index
        }
        begin = place.end
      }
      return nil
    }
  }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  /// Fields in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name: name, value: value) }
  }
}

extension StaticString {
  /// Its bytes, which are there for as long as the program runs.
  @unsafe fileprivate var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
