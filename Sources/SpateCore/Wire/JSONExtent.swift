// SPDX-License-Identifier: Apache-2.0

/// Follows an object or an array just so far as to know when it has closed.
package struct JSONExtent: Sendable {
  /// Its last bracket has come.
  package private(set) var isClosed = false
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Nothing has come.
  package init() {}

  /// The next piece of its text.
  package mutating func read(_ text: String) {
    for byte in text.utf8 where !isClosed {
      if isEscaped {
        isEscaped = false
      } else if isInString {
        isEscaped = byte == UInt8(ascii: "\\")
        isInString = byte != UInt8(ascii: "\"")
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          isClosed = depth <= 0
        default: break
        }
      }
    }
  }
}
