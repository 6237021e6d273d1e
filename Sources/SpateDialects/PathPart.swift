// SPDX-License-Identifier: Apache-2.0

/// Names from outside as one part of a URL's path (RFC 3986, trust.md S15).
enum PathPart {
  /// Everything but unreserved characters and `@` escaped: nothing can end the part.
  static func escaped(_ name: String) -> String {
    // These two mean other places, also when they are escaped letter by letter: no server has such a name.
    var text = name == "." || name == ".." ? "_" : ""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "@"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
