// SPDX-License-Identifier: Apache-2.0

/// A prefix code of deflate, as a table that says for the next bits which symbol they begin with.
struct HuffmanTable {
  /// A symbol and its length in bits.
  typealias Symbol = (value: Int, length: Int)

  /// The longest code.
  static let longest = 15

  private var width = 0
  /// The symbol above four bits of length; 0 where no code begins so.
  private var entries: [UInt16] = []

  /// A code of no symbol.
  init() {}

  /// The code that `lengths` of its symbols, 0 for none, say (RFC 1951, 3.2.2). Nil for lengths that make none: each
  /// sequence of bits must say one symbol, except in a code of a single one.
  init?(_ lengths: some Collection<UInt8>) {
    var counts = [Int](repeating: 0, count: Self.longest + 1)
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    counts[0] = 0
    guard used > 0 else { return }
    width = counts.lastIndex { $0 > 0 } ?? 0
    var free = 1
    var next = [Int](repeating: 0, count: Self.longest + 2)
    for length in 1...Self.longest {
      free = free << 1 - counts[length]
      guard free >= 0 else { return nil }
      next[length + 1] = (next[length] + counts[length]) << 1
    }
    guard free == 0 || used == 1 && width == 1 else { return nil }

    entries = [UInt16](repeating: 0, count: 1 << width)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      // Codes are sent from their highest bit on, everything else from the lowest.
      var code = 0
      for bit in 0..<length where next[length] >> bit & 1 == 1 { code |= 1 << (length - 1 - bit) }
      next[length] += 1
      for index in stride(from: code, to: entries.count, by: 1 << length) {
        entries[index] = UInt16(symbol << 4 | length)
      }
    }
  }

  /// What `bits` begin with; nil when no code does. It is there only when as many bits are as it is long.
  func symbol(_ bits: UInt64) -> Symbol? {
    guard width > 0 else { return nil }
    let entry = Int(entries[Int(bits & (1 << UInt64(width) - 1))])
    return entry == 0 ? nil : (entry >> 4, entry & 15)
  }

  static let fixedLiterals = HuffmanTable(
    [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
      + [UInt8](repeating: 8, count: 8))
  static let fixedDistances = HuffmanTable([UInt8](repeating: 5, count: 32))
}
