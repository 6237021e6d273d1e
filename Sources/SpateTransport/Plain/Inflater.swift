// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Undoes gzip and deflate (RFC 1950 to 1952), fed at any split; what comes of a piece of input is given out at once.
///
/// Only for answers that are compressed although we asked for none (rule B8): it is exact and bounded rather than fast.
struct Inflater {
  private enum Phase {
    case gzipStart(Int), extraLength, extra(Int), name, comment, headerCheck
    case zlibStart
    case block, storedStart, stored(Int), dynamicStart, codeLengths(Int), lengths, symbols
    case check, size, done
  }

  private enum Wrapper { case gzip, zlib, none }

  /// A body may grow 100-fold; the first MiB is free (trust.md S19).
  private static let freeInflation = 1 << 20
  private static let inflationLimit = 100
  private static let history = 32 << 10
  /// The longest match.
  private static let longestMatch = 258

  private var wrapper: Wrapper
  private var phase: Phase
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var flags: UInt64 = 0
  private var isLast = false
  private var counts = (literals: 0, distances: 0, codes: 0)
  private var codeLengths = [UInt8](repeating: 0, count: 19)
  private var lengths: [UInt8] = []
  private var codes = HuffmanTable()
  private var literals = HuffmanTable()
  private var distances = HuffmanTable()
  /// What matches go back to, and behind it what was not given out yet.
  private var window = [UInt8](repeating: 0, count: 2 * history)
  private var end = 0
  private var given = 0
  private var crc = CRC32()
  private var adler: (UInt32, UInt32) = (1, 0)
  private var inflated = 0
  /// Compressed bytes of the body so far: counted by the owner, before they are inflated.
  var received = 0

  /// `isGzip`: else deflate, with its wrapper or, as some servers send it, without.
  init(isGzip: Bool) {
    wrapper = isGzip ? .gzip : .zlib
    phase = isGzip ? .gzipStart(0) : .zlibStart
  }

  /// Inflates `input` from `at` on. After a `pause` of `take`, the rest of it must come again.
  mutating func inflate(
    _ input: Span<UInt8>, _ at: inout Int, _ take: (Span<UInt8>) -> Demand
  ) throws(TransportError) -> Demand {
    while true {
      if window.count - end <= Self.longestMatch || isAtCheck && given < end {
        if case .pause = try give(take) { return .pause }
      }
      guard try step(input, &at) else { return try give(take) }
    }
  }

  /// The sums to be checked are of what was given out.
  private var isAtCheck: Bool {
    if case .check = phase { true } else { false }
  }

  /// Gives out what is new, and makes room.
  private mutating func give(_ take: (Span<UInt8>) -> Demand) throws(TransportError) -> Demand {
    guard given < end else { return .more }
    let count = end - given
    inflated += count
    guard inflated <= Self.freeInflation || inflated <= Self.inflationLimit * max(received, 1) else {
      throw TransportError(.limit, "the compressed body grows more than 100-fold when it is read")
    }
    // Out of `self` while `self` changes.
    var window: [UInt8] = []
    swap(&window, &self.window)
    let demand: Demand
    do {
      let new = window.span.extracting(given..<end)
      switch wrapper {
      case .gzip: crc.add(new)
      case .zlib: addToAdler(new)
      case .none: break
      }
      demand = take(new)
    }
    given = end
    if end > Self.history {
      window.replaceSubrange(0..<Self.history, with: Array(window[(end - Self.history)..<end]))
      (end, given) = (Self.history, Self.history)
    }
    swap(&window, &self.window)
    return demand
  }

  private mutating func addToAdler(_ bytes: Span<UInt8>) {
    for index in bytes.indices {
      adler.0 = (adler.0 + UInt32(bytes[index])) % 65_521
      adler.1 = (adler.1 + adler.0) % 65_521
    }
  }

  // MARK: Bits

  /// Whether `count` bits are there, at most 57.
  private mutating func has(_ count: Int, _ input: Span<UInt8>, _ at: inout Int) -> Bool {
    while bitCount < count, at < input.count {
      bits |= UInt64(input[at]) << UInt64(bitCount)
      bitCount += 8
      at += 1
    }
    return bitCount >= count
  }

  private mutating func drop(_ count: Int) {
    bits >>= UInt64(count)
    bitCount -= count
  }

  private mutating func take(_ count: Int) -> UInt64 {
    defer { drop(count) }
    return bits & (1 << UInt64(count) - 1)
  }

  private static let broken = TransportError(.protocol, "the compression of the body can not be undone")

  // MARK: Steps

  /// One step on; false when that takes more input.
  private mutating func step(_ input: Span<UInt8>, _ at: inout Int) throws(TransportError) -> Bool {
    switch phase {
    case .gzipStart, .extraLength, .extra, .name, .comment, .headerCheck: return try stepGzip(input, &at)
    case .zlibStart:
      guard has(16, input, &at) else { return false }
      let (first, second) = (bits & 0xFF, bits >> 8 & 0xFF)
      if first & 0x0F == 8, (first << 8 | second) % 31 == 0 {
        guard second & 0x20 == 0 else { throw Self.broken }
        drop(16)
      } else {
        wrapper = .none
      }
      phase = .block
    case .block:
      guard has(3, input, &at) else { return false }
      isLast = take(1) == 1
      switch take(2) {
      case 0:
        drop(bitCount % 8)
        phase = .storedStart
      case 1:
        guard let literals = HuffmanTable.fixedLiterals, let distances = HuffmanTable.fixedDistances else {
          throw Self.broken
        }
        (self.literals, self.distances) = (literals, distances)
        phase = .symbols
      case 2: phase = .dynamicStart
      default: throw Self.broken
      }
    case .storedStart:
      guard has(32, input, &at) else { return false }
      let (length, inverse) = (take(16), take(16))
      guard length == ~inverse & 0xFFFF else { throw Self.broken }
      phase = .stored(Int(length))
    case .stored(let left):
      guard left > 0 else {
        endBlock()
        return true
      }
      guard has(8, input, &at) else { return false }
      put(UInt8(take(8)))
      phase = .stored(left - 1)
    case .dynamicStart, .codeLengths, .lengths: return try stepTables(input, &at)
    case .symbols: return try stepSymbol(input, &at)
    case .check: return try stepCheck(input, &at)
    case .size:
      guard has(32, input, &at) else { return false }
      guard take(32) == UInt64(truncatingIfNeeded: inflated) & 0xFFFF_FFFF else { throw Self.broken }
      phase = .done
    case .done:
      guard at == input.count, bitCount == 0 else { throw Self.broken }
      return false
    }
    return true
  }

  private mutating func put(_ byte: UInt8) {
    window[end] = byte
    end += 1
  }

  private mutating func endBlock() {
    guard isLast else {
      phase = .block
      return
    }
    drop(bitCount % 8)
    phase = .check
  }

  private mutating func stepCheck(_ input: Span<UInt8>, _ at: inout Int) throws(TransportError) -> Bool {
    if case .none = wrapper {
      phase = .done
      return true
    }
    guard has(32, input, &at) else { return false }
    let sum = UInt32(truncatingIfNeeded: take(32))
    if case .gzip = wrapper {
      guard sum == crc.value else { throw Self.broken }
      phase = .size
    } else {
      guard sum.byteSwapped == adler.1 << 16 | adler.0 else { throw Self.broken }
      phase = .done
    }
    return true
  }

  private mutating func stepGzip(_ input: Span<UInt8>, _ at: inout Int) throws(TransportError) -> Bool {
    guard has(8, input, &at) else { return false }
    switch phase {
    case .gzipStart(let index):
      let byte = take(8)
      switch index {
      case 0: guard byte == 0x1F else { throw Self.broken }
      case 1: guard byte == 0x8B else { throw Self.broken }
      case 2: guard byte == 8 else { throw Self.broken }
      case 3:
        guard byte & 0xE0 == 0 else { throw Self.broken }
        flags = byte
      default: break
      }
      phase = index < 9 ? .gzipStart(index + 1) : .extraLength
    case .extraLength:
      guard flags & 4 != 0 else {
        phase = .name
        return true
      }
      guard has(16, input, &at) else { return false }
      phase = .extra(Int(take(16)))
    case .extra(let left):
      if left > 0 { drop(8) }
      phase = left > 1 ? .extra(left - 1) : .name
    case .name: if flags & 8 == 0 || take(8) == 0 { phase = .comment }
    case .comment: if flags & 16 == 0 || take(8) == 0 { phase = .headerCheck }
    default:
      if flags & 2 != 0 {
        guard has(16, input, &at) else { return false }
        drop(16)
      }
      phase = .block
    }
    return true
  }

  /// The order in which the lengths of the code of lengths come.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func stepTables(_ input: Span<UInt8>, _ at: inout Int) throws(TransportError) -> Bool {
    switch phase {
    case .dynamicStart:
      guard has(14, input, &at) else { return false }
      counts = (Int(take(5)) + 257, Int(take(5)) + 1, Int(take(4)) + 4)
      guard counts.literals <= 286, counts.distances <= 30 else { throw Self.broken }
      codeLengths = [UInt8](repeating: 0, count: 19)
      lengths = []
      phase = .codeLengths(0)
    case .codeLengths(let index):
      guard index < counts.codes else {
        guard let codes = HuffmanTable(codeLengths) else { throw Self.broken }
        self.codes = codes
        phase = .lengths
        return true
      }
      guard has(3, input, &at) else { return false }
      codeLengths[Self.order[index]] = UInt8(take(3))
      phase = .codeLengths(index + 1)
    default:
      let all = counts.literals + counts.distances
      guard lengths.count < all else {
        // Without the symbol that ends a block there would be no end.
        guard lengths.count == all, lengths[256] > 0,
          let literals = HuffmanTable(lengths[..<counts.literals])
        else { throw Self.broken }
        let rest = lengths[counts.literals...]
        // A block of literals alone may have no distances.
        guard let distances = rest.allSatisfy({ $0 == 0 }) ? HuffmanTable() : HuffmanTable(rest) else {
          throw Self.broken
        }
        (self.literals, self.distances) = (literals, distances)
        phase = .symbols
        return true
      }
      _ = has(14, input, &at)
      guard let symbol = codes.symbol(bits) else {
        guard bitCount < 7 else { throw Self.broken }
        return false
      }
      let extra = symbol.value < 16 ? 0 : symbol.value == 16 ? 2 : symbol.value == 17 ? 3 : 7
      guard bitCount >= symbol.length + extra else { return false }
      drop(symbol.length)
      let value = Int(take(extra))
      switch symbol.value {
      case 16:
        guard let last = lengths.last else { throw Self.broken }
        lengths += repeatElement(last, count: 3 + value)
      case 17: lengths += repeatElement(0, count: 3 + value)
      case 18: lengths += repeatElement(0, count: 11 + value)
      default: lengths.append(UInt8(symbol.value))
      }
    }
    return true
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12_289, 16_385, 24_577,
  ]

  /// A literal, or a whole match: nothing is used up before all of its bits are there.
  private mutating func stepSymbol(_ input: Span<UInt8>, _ at: inout Int) throws(TransportError) -> Bool {
    _ = has(48, input, &at)
    guard let symbol = literals.symbol(bits) else {
      guard bitCount < HuffmanTable.longest else { throw Self.broken }
      return false
    }
    guard bitCount >= symbol.length else { return false }
    guard symbol.value > 256 else {
      drop(symbol.length)
      if symbol.value == 256 { endBlock() } else { put(UInt8(symbol.value)) }
      return true
    }
    let index = symbol.value - 257
    guard index < Self.lengthBases.count else { throw Self.broken }
    var used = symbol.length + Self.lengthBits[index]
    guard bitCount > used else { return false }
    let length =
      Self.lengthBases[index] + Int(bits >> UInt64(symbol.length) & (1 << UInt64(Self.lengthBits[index]) - 1))
    guard let distance = distances.symbol(bits >> UInt64(used)) else {
      guard bitCount - used < HuffmanTable.longest else { throw Self.broken }
      return false
    }
    guard distance.value < Self.distanceBases.count else { throw Self.broken }
    let extra = max(0, distance.value / 2 - 1)
    guard bitCount >= used + distance.length + extra else { return false }
    used += distance.length
    let back = Self.distanceBases[distance.value] + Int(bits >> UInt64(used) & (1 << UInt64(extra) - 1))
    drop(used + extra)
    guard back <= end else { throw Self.broken }
    for _ in 0..<length { put(window[end - back]) }
    return true
  }
}
