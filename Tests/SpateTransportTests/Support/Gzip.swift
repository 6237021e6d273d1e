// SPDX-License-Identifier: Apache-2.0

/// A gzip stream by hand: zeros, which shrink 159-fold, and bytes that do not shrink at all.
struct Gzip {
  private(set) var bytes: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0xFF]
  private(set) var inflatedCount = 0
  private var bits: UInt32 = 0
  private var bitCount: UInt32 = 0
  private var checksum: UInt32 = 0xFFFF_FFFF

  /// `stored` bytes as they are (at most 65,535), then about `zeros` zeros.
  init(stored: Int, zeros: Int) {
    put(0b000, 3)
    align()
    let length = UInt16(stored)
    for half in [length, ~length] { bytes += [UInt8(truncatingIfNeeded: half), UInt8(half >> 8)] }
    for _ in 0..<stored {
      bytes.append(UInt8(ascii: "x"))
      count(UInt8(ascii: "x"))
    }
    // The last block, with fixed codes.
    put(0b011, 3)
    putZero()
    for _ in 0..<(zeros / 258) { putRun() }
    end()
  }

  /// Exactly `inflated` zeros from exactly `size` bytes: what deflate does not need is a long file name.
  ///
  /// Nil when `size` is too small for that.
  init?(inflated: Int, size: Int) {
    let (runs, rest) = (inflated - 1).quotientAndRemainder(dividingBy: 258)
    let needed = bytes.count + (3 + 8 + 13 * runs + 8 * rest + 7 + 7) / 8 + 8
    guard inflated > 0, size == needed || size > needed + 1 else { return nil }
    if size > needed {
      bytes[3] = 0x08
      bytes += [UInt8](repeating: UInt8(ascii: "n"), count: size - needed - 1) + [0]
    }
    put(0b011, 3)
    for _ in 0...rest { putZero() }
    for _ in 0..<runs { putRun() }
    end()
  }

  /// One literal 0.
  private mutating func putZero() {
    put(0b0000_1100, 8)
    count(0)
  }

  /// "258 bytes from one byte ago".
  private mutating func putRun() {
    put(0b1010_0011, 8)
    put(0, 5)
    for _ in 0..<258 { count(0) }
  }

  /// Ends the last block and the stream.
  private mutating func end() {
    put(0, 7)
    align()
    for value in [~checksum, UInt32(inflatedCount)] {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
  }

  private mutating func put(_ value: UInt32, _ count: UInt32) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }

  private mutating func align() { if bitCount > 0 { put(0, 8 - bitCount) } }

  private mutating func count(_ byte: UInt8) {
    inflatedCount += 1
    checksum = Self.table[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)] ^ (checksum >> 8)
  }

  private static let table: [UInt32] = (0..<256).map { value in
    (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
  }
}
