// SPDX-License-Identifier: Apache-2.0

/// The bytes of answers.
enum Answer {
  /// A head and a body that has a length.
  static func whole(_ body: [UInt8] = [], status: String = "200 OK", fields: String = "") -> [UInt8] {
    Array("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  /// The head of a chunked answer.
  static let chunkedHead = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

  static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }

  static let lastChunk = Array("0\r\n\r\n".utf8)

  /// Bytes of which no two places within 64 KiB look alike.
  static func pattern(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      var state: UInt32 = 1
      for index in 0..<count {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[index] = UInt8(truncatingIfNeeded: state >> 24)
      }
      initialized = count
    }
  }
}
