// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// SplitMix64: the same seed gives the same run. A failing test prints its seed; `SPATE_SEED` plays it again.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The seeds to run: that of the environment, or `count` from 1 on.
  package static func seeds(_ count: UInt64) -> [UInt64] {
    if let text = getenv("SPATE_SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
    return Array(1...count)
  }
}
