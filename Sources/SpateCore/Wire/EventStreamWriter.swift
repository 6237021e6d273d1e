// SPDX-License-Identifier: Apache-2.0

/// Writes messages of AWS's binary event stream: the other side of ``EventStreamFramer``.
package enum EventStreamWriter {
  /// One message with headers of text, whose names have 1 to 255 bytes and whose values at most 65,535.
  package static func message(headers: [(name: String, text: String)], payload: [UInt8]) -> [UInt8] {
    var block: [UInt8] = []
    for header in headers {
      let (name, text) = (Array(header.name.utf8.prefix(255)), Array(header.text.utf8.prefix(Int(UInt16.max))))
      block.append(UInt8(name.count))
      block += name
      block.append(7)
      append(UInt16(text.count), to: &block)
      block += text
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + block.count + payload.count)
    append(UInt32(16 + block.count + payload.count), to: &bytes)
    append(UInt32(block.count), to: &bytes)
    append(CRC32.of(bytes.span), to: &bytes)
    bytes += block
    bytes += payload
    append(CRC32.of(bytes.span), to: &bytes)
    return bytes
  }

  /// Where the message ends that holds this byte; 0 for byte 0, and the end of the body for what is no message.
  package static func messageEnd(in body: [UInt8], after byte: Int) -> Int {
    guard byte > 0 else { return 0 }
    var end = 0
    while end < byte {
      guard end + 4 <= body.count else { return body.count }
      let length = body[end..<end + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length >= 16, length <= body.count - end else { return body.count }
      end += length
    }
    return end
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }
}
