// SPDX-License-Identifier: Apache-2.0

/// Appends compact JSON to bytes. Commas and colons come by themselves.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { $0.member("model", "gpt-4o"); $0.member("stream", true) }
/// ```
package struct JSONWriter: Sendable {
  /// What was written.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// `capacity`: so many bytes are expected.
  package init(capacity: Int = 0) { if capacity > 0 { bytes.reserveCapacity(capacity) } }

  /// For reuse: keeps the storage.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  // MARK: Containers

  /// An object with the members that `body` writes.
  package mutating func object(_ body: (inout JSONWriter) -> Void) { container("{", "}", body) }

  /// An array with the elements that `body` writes.
  package mutating func array(_ body: (inout JSONWriter) -> Void) { container("[", "]", body) }

  private mutating func container(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    comma()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  /// The key of the next value.
  package mutating func key(named name: String) {
    quoted(name, isKey: true)
    needsComma = false
  }

  /// A name of ours: nothing in it has to be escaped.
  package mutating func key(_ name: StaticString) {
    name.withUTF8Buffer { utf8 in
      let name = unsafe Span(_unsafeElements: utf8)
      assert(Self.firstEscaped(in: name, from: 0) == name.count, "a name of ours with something to escape")
      let hasComma = needsComma
      bytes.append(addingCapacity: name.count + 4) { out in
        if hasComma { out.append(UInt8(ascii: ",")) }
        out.append(UInt8(ascii: "\""))
        out.append(name)
        out.append(UInt8(ascii: "\""))
        out.append(UInt8(ascii: ":"))
      }
    }
    needsComma = false
  }

  // MARK: Values

  package mutating func integer(_ value: Int) { literal(String(value)) }

  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  package mutating func null() { literal("null") }

  private mutating func literal(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      let text = unsafe Span(_unsafeElements: utf8)
      let hasComma = needsComma
      bytes.append(addingCapacity: text.count + 1) { out in
        if hasComma { out.append(UInt8(ascii: ",")) }
        out.append(text)
      }
    }
    needsComma = true
  }

  /// A string: quotes, backslashes and control characters escaped, the rest as UTF-8.
  package mutating func string(_ text: String) {
    quoted(text, isKey: false)
    needsComma = true
  }

  /// With the comma before it, and behind a key the colon: in one go where nothing in it is escaped.
  private mutating func quoted(_ text: String, isKey: Bool) {
    var text = text
    text.withUTF8 { utf8 in
      let text = unsafe Span(_unsafeElements: utf8)
      let hasComma = needsComma
      let clean = Self.firstEscaped(in: text, from: 0)
      bytes.append(addingCapacity: clean + 4) { out in
        if hasComma { out.append(UInt8(ascii: ",")) }
        out.append(UInt8(ascii: "\""))
        out.append(text.extracting(0..<clean))
        guard clean == text.count else { return }
        out.append(UInt8(ascii: "\""))
        if isKey { out.append(UInt8(ascii: ":")) }
      }
      guard clean < text.count else { return }
      escape(text, from: clean)
      bytes.append(UInt8(ascii: "\""))
      if isKey { bytes.append(UInt8(ascii: ":")) }
    }
  }

  /// The first quote, backslash or control character from `start` on; the count where there is none. Eight bytes at a time:
  /// prompts are long, and most of them need no escape.
  private static func firstEscaped(in text: Span<UInt8>, from start: Int) -> Int {
    unsafe text.withUnsafeBytes { text in
      var index = start
      while index + 8 <= text.count {
        let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
        let hits = JSONWord.escapes(in: word)
        if hits != 0 { return index + JSONWord.ahead(of: hits) }
        index += 8
      }
      while index < text.count {
        let byte = unsafe text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
        index += 1
      }
      return index
    }
  }

  private mutating func escape(_ text: Span<UInt8>, from start: Int) {
    var clean = start
    while case let index = Self.firstEscaped(in: text, from: clean), index < text.count {
      let byte = text[index]
      bytes.append(text.extracting(clean..<index))
      clean = index + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
      default:
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(Self.hexDigit(byte >> 4))
        bytes.append(Self.hexDigit(byte & 0x0F))
      }
    }
    bytes.append(text.extracting(clean..<text.count))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// JSON text as it stands; the caller vouches that it is one valid value.
  package mutating func verbatim(_ json: [UInt8]) {
    comma()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  /// A whole value, without recursion.
  package mutating func value(_ value: JSONValue) {
    enum Step {
      case value(JSONValue)
      case member(String, JSONValue)
      case close(Unicode.Scalar)
    }
    var steps: [Step] = [.value(value)]
    while let step = steps.popLast() {
      let value: JSONValue
      switch step {
      case .value(let next): value = next
      case .member(let name, let next):
        key(named: name)
        value = next
      case .close(let bracket):
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
        continue
      }
      switch value {
      case .null: null()
      case .bool(let bool): self.bool(bool)
      case .number(let number): literal(number.literal)
      case .string(let text): string(text)
      case .array(let elements):
        open("[")
        steps.append(.close("]"))
        steps.append(contentsOf: elements.reversed().map(Step.value))
      case .object(let object):
        open("{")
        steps.append(.close("}"))
        steps.append(contentsOf: object.members.reversed().map { .member($0.key, $0.value) })
      }
    }
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    comma()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}

extension OutputSpan<UInt8> {
  /// Appends a copy of `bytes`, for which there must be room.
  fileprivate mutating func append(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= freeCapacity)
    unsafe withUnsafeMutableBufferPointer { buffer, count in
      unsafe bytes.withUnsafeBytes { bytes in
        let place = unsafe UnsafeMutableRawBufferPointer(buffer)[count...]
        unsafe UnsafeMutableRawBufferPointer(rebasing: place).copyMemory(from: bytes)
        count += bytes.count
      }
    }
  }
}
