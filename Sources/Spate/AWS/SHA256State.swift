// SPDX-License-Identifier: Apache-2.0

/// The eight words of a SHA-256 that has read some blocks (FIPS 180-4, 6.2).
///
/// Used where the system has none of its own, tested everywhere.
struct SHA256State {
  private var words: SIMD8<UInt32> = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]

  /// The 32 bytes of the hash.
  static func hash(_ message: [UInt8]) -> [UInt8] { hash(message, after: []) }

  /// The 32 bytes of the keyed hash (RFC 2104).
  static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    let short = key.count > blockSize ? hash(key) : key
    let padded = short + [UInt8](repeating: 0, count: blockSize - short.count)
    let inner = hash(message, after: padded.map { $0 ^ 0x36 })
    return hash(inner, after: padded.map { $0 ^ 0x5C })
  }

  private static let blockSize = 64

  /// The hash of both together; `first` is of whole blocks, so that `message` is never copied.
  private static func hash(_ message: [UInt8], after first: [UInt8]) -> [UInt8] {
    var state = SHA256State()
    var schedule = [UInt32](repeating: 0, count: blockSize)
    for start in stride(from: 0, to: first.count, by: blockSize) { state.read(first, from: start, &schedule) }
    let whole = message.count / blockSize * blockSize
    for start in stride(from: 0, to: whole, by: blockSize) { state.read(message, from: start, &schedule) }
    // One bit, zeros up to the last 8 bytes of a block, and there the number of bits.
    var tail = message[whole...] + [0x80]
    tail += [UInt8](repeating: 0, count: (2 * blockSize - 8 - tail.count) % blockSize)
    let bits = UInt64(first.count + message.count) << 3
    tail += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
    let last = Array(tail)
    for start in stride(from: 0, to: last.count, by: blockSize) { state.read(last, from: start, &schedule) }
    return state.bytes
  }

  private var bytes: [UInt8] {
    words.indices.flatMap { index in (0..<4).map { UInt8(truncatingIfNeeded: words[index] >> (24 - 8 * $0)) } }
  }

  /// Reads a block of 64 bytes; `w` is scratch space of 64 words.
  private mutating func read(_ bytes: [UInt8], from start: Int, _ w: inout [UInt32]) {
    for t in 0..<16 {
      let at = start + 4 * t
      let (high, low) = (UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16, UInt32(bytes[at + 2]) << 8)
      w[t] = high | low | UInt32(bytes[at + 3])
    }
    for t in 16..<64 {
      let (x, y) = (w[t - 15], w[t - 2])
      let s0 = Self.rotate(x, 7) ^ Self.rotate(x, 18) ^ x >> 3
      let s1 = Self.rotate(y, 17) ^ Self.rotate(y, 19) ^ y >> 10
      w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
    }
    var (a, b, c, d) = (words[0], words[1], words[2], words[3])
    var (e, f, g, h) = (words[4], words[5], words[6], words[7])
    let constants = Self.constants
    for t in 0..<64 {
      let sum1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let first = h &+ sum1 &+ ((e & f) ^ (~e & g)) &+ constants[t] &+ w[t]
      let sum0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
      let second = sum0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    words &+= [a, b, c, d, e, f, g, h]
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}
