// SPDX-License-Identifier: Apache-2.0

/// Eight bytes at once: which of them are ASCII letters, or what else names are made of. Each mask has the highest bit of
/// a byte that is looked for, and is exact for every byte.
enum ASCIIWord {
  /// Letters.
  @inline(__always) static func letters(in word: UInt64) -> UInt64 {
    let lower = (word | (JSONWord.ones &* 0x20)) & ~JSONWord.highs
    return between(lower, UInt8(ascii: "a"), UInt8(ascii: "z")) & ~word
  }

  /// Letters, digits and hyphens.
  @inline(__always) static func wordBytes(in word: UInt64) -> UInt64 {
    let ascii = word & ~JSONWord.highs
    let digits = between(ascii, UInt8(ascii: "0"), UInt8(ascii: "9"))
    let hyphens = between(ascii, UInt8(ascii: "-"), UInt8(ascii: "-"))
    return letters(in: word) | (digits | hyphens) & ~word
  }

  /// Of bytes below 0x80, those from `first` to `last`: one addition carries into the highest bit what is at least
  /// `first`, the other what is above `last`.
  @inline(__always) private static func between(_ word: UInt64, _ first: UInt8, _ last: UInt8) -> UInt64 {
    let atLeast = word &+ JSONWord.ones &* UInt64(0x80 - first)
    let above = word &+ JSONWord.ones &* UInt64(0x7F - last)
    return atLeast & ~above & JSONWord.highs
  }
}
