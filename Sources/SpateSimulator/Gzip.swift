// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The gzip format without compression (RFC 1952, RFC 1951 3.2.4): what clients must unpack all the same.
enum Gzip {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, bytes.count)
      packed.append(end == bytes.count ? 1 : 0)
      append(UInt16(end - start), to: &packed)
      append(~UInt16(end - start), to: &packed)
      packed += bytes[start..<end]
      start = end
    } while start < bytes.count
    append(CRC32.of(bytes.span), to: &packed)
    append(UInt32(truncatingIfNeeded: bytes.count), to: &packed)
    return packed
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
