// SPDX-License-Identifier: Apache-2.0

/// Makes text of others safe to show on a terminal (trust.md S30, S31): what would move the cursor, change colours,
/// turn the direction of writing or hide, is shown as a visible escape such as `\u{1B}`.
///
/// Line ends and tabs stay. A CR before an LF is part of a line end; alone it could overwrite a line, and is shown. It
/// may come apart from its LF, so the filter is kept from piece to piece.
struct TerminalFilter {
  private var hasCR = false

  /// The next piece of the text, safe to show.
  mutating func shown(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      if hasCR, scalar != "\n" { safe += Self.escape("\r") }
      hasCR = scalar == "\r"
      if hasCR { continue }
      if Self.isHarmless(scalar) { safe.unicodeScalars.append(scalar) } else { safe += Self.escape(scalar) }
    }
    return safe
  }

  /// What was held back, at the end of the text.
  mutating func finish() -> String {
    defer { hasCR = false }
    return hasCR ? Self.escape("\r") : ""
  }

  /// A whole text, in one line.
  static func line(_ text: String) -> String {
    var filter = TerminalFilter()
    return (filter.shown(text) + filter.finish()).split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// JSON, in which what could steer a terminal is escaped as JSON does it.
  static func json(_ bytes: [UInt8]) -> [UInt8] {
    var safe = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if isHarmless(scalar) {
        safe.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return Array(safe.utf8)
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x09: true
    case 0x00...0x1F, 0x7F...0x9F: false
    // Marks, embeddings, overrides and isolates of the writing direction.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    // Tags: letters that no terminal shows and every model reads.
    case 0xE0000...0xE007F: false
    default: true
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
