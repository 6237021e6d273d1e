// SPDX-License-Identifier: Apache-2.0

/// Text of others on its way to a person.
package enum DisplayText {
  /// At most 4 KiB, without C0 and C1 controls except line ends and tabs; white space around it cut.
  package static func bounded(_ text: String, limit: Int = 4 << 10) -> String {
    var result = ""
    var size = 0
    for scalar in text.unicodeScalars {
      let value = scalar.value
      if value < 0x20 && value != 0x0A && value != 0x09 || (0x7F...0x9F).contains(value) { continue }
      size += UTF8.width(scalar)
      if size > limit { break }
      result.unicodeScalars.append(scalar)
    }
    guard let first = result.firstIndex(where: { !$0.isWhitespace }),
      let last = result.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(result[first...last])
  }
}
