// SPDX-License-Identifier: Apache-2.0

/// Why bytes from the wire can not be framed or scanned any further.
public enum WireError: Error, Sendable, Hashable {
  /// A size limit (trust.md 1.5) was reached: which one, and its value in bytes, levels or pieces.
  case limit(Limit, Int)
  /// The bytes break the rules of the format, at this offset: of the text for a scanner, of the stream for a framer.
  case malformed(Malformation, offset: Int)

  /// The limits that framers and scanners keep.
  public enum Limit: String, Sendable, Hashable {
    case line, event, depth
  }

  /// What is wrong with malformed bytes.
  public enum Malformation: String, Sendable, Hashable {
    case unexpectedByte = "unexpected byte"
    case unexpectedEnd = "unexpected end"
    case number = "not a number of JSON"
    case literal = "not a literal of JSON"
    case controlCharacter = "control character in a string"
    case escape = "unknown escape in a string"
    case utf8 = "ill-formed UTF-8"
    case trailingBytes = "bytes after the end"
    case length = "lengths that contradict each other"
    case checksum = "wrong checksum"
    case header = "malformed header"
  }
}

extension WireError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .limit(let limit, let value): "the \(limit.rawValue) limit of \(value) was reached"
    case .malformed(let what, let offset): "\(what.rawValue) at byte \(offset)"
    }
  }
}
