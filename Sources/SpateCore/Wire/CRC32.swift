// SPDX-License-Identifier: Apache-2.0

/// The CRC-32 of IEEE 802.3, as AWS event streams, gzip and PNG use it.
package struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  /// Of no bytes yet.
  package init() {}

  /// Of all bytes so far.
  package var value: UInt32 { ~state }

  /// Adds bytes: eight a step (slicing-by-8), then one by one.
  package mutating func add(_ bytes: Span<UInt8>) {
    let tables = Self.tables
    var (crc, index) = (state, 0)
    while index + 8 <= bytes.count {
      let low = crc ^ bytes.littleEndian32(at: index)
      let high = bytes.littleEndian32(at: index + 4)
      crc =
        tables[0x700 | Int(low & 0xFF)] ^ tables[0x600 | Int(low >> 8 & 0xFF)]
        ^ tables[0x500 | Int(low >> 16 & 0xFF)] ^ tables[0x400 | Int(low >> 24)]
        ^ tables[0x300 | Int(high & 0xFF)] ^ tables[0x200 | Int(high >> 8 & 0xFF)]
        ^ tables[0x100 | Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
      index += 8
    }
    while index < bytes.count {
      crc = tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ crc >> 8
      index += 1
    }
    state = crc
  }

  /// Of these bytes.
  package static func of(_ bytes: Span<UInt8>) -> UInt32 {
    var crc = CRC32()
    crc.add(bytes)
    return crc.value
  }

  /// Eight tables of 256, one after the other: table k says what a byte does that lies k bytes before the end.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in 0..<UInt32(256) {
      var crc = byte
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      tables.append(crc)
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(tables[Int(before & 0xFF)] ^ (before >> 8))
    }
    return tables
  }()
}

extension Span where Element == UInt8 {
  fileprivate func littleEndian32(at index: Int) -> UInt32 {
    UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24
  }

  /// A number in network order.
  func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type, at index: Int) -> Number {
    var number: Number = 0
    for offset in 0..<(Number.bitWidth / 8) { number = number << 8 | Number(truncatingIfNeeded: self[index + offset]) }
    return number
  }
}
