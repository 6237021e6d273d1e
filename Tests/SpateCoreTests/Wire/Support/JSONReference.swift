// SPDX-License-Identifier: Apache-2.0

/// RFC 8259 checked slowly and obviously: one recursive function a grammar rule.
struct JSONReference {
  private var rest: ArraySlice<UInt8>
  private let depthLimit: Int

  /// Whether `bytes` are one JSON text of well-formed UTF-8, at most `depthLimit` levels deep.
  static func accepts(_ bytes: [UInt8], depthLimit: Int = 256) -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    var reference = JSONReference(rest: bytes[...], depthLimit: depthLimit)
    reference.space()
    guard reference.value(0) else { return false }
    reference.space()
    return reference.rest.isEmpty
  }

  private mutating func space() {
    while let byte = rest.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { rest.removeFirst() }
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  private mutating func value(_ depth: Int) -> Bool {
    switch rest.first.map({ Character(Unicode.Scalar($0)) }) {
    case "{": list(depth, "{", "}") { $0.string() && $0.colon() && $0.value(depth + 1) }
    case "[": list(depth, "[", "]") { $0.value(depth + 1) }
    case "\"": string()
    case "t": take("true")
    case "f": take("false")
    case "n": take("null")
    default: number()
    }
  }

  private mutating func list(
    _ depth: Int, _ open: String, _ close: String, _ element: (inout JSONReference) -> Bool
  ) -> Bool {
    guard depth < depthLimit, take(open) else { return false }
    space()
    if take(close) { return true }
    while true {
      space()
      guard element(&self) else { return false }
      space()
      if take(close) { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func colon() -> Bool {
    space()
    guard take(":") else { return false }
    space()
    return true
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return true
      case 0..<0x20: return false
      case UInt8(ascii: "\\"):
        guard let escape = rest.popFirst() else { return false }
        if escape == UInt8(ascii: "u") {
          let digits = rest.prefix(4)
          guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return false }
          rest = rest.dropFirst(4)
        } else if !"\"\\/bfnrt".utf8.contains(escape) {
          return false
        }
      default: break
      }
    }
    return false
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") { guard digits() else { return false } }
    if take(".") { guard digits() else { return false } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits() else { return false }
    }
    return true
  }

  private mutating func digits() -> Bool {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    return !digits.isEmpty
  }
}
