// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// In which order the models of a list are asked: calls spread by weight, and what belongs together stays together.
struct Spread {
  let candidates: [Candidate]
  /// Calls with the same key ask the same model first, as long as it is well.
  let key: String?

  /// The candidates in the order in which they are to be asked: those of `cooling` last.
  ///
  /// With a key by weighted rendezvous hashing: a candidate that comes or goes moves only its own share of the keys.
  func order(cooling: Set<String>, _ random: inout some RandomNumberGenerator) -> [Candidate] {
    let scored = candidates.map { candidate -> (candidate: Candidate, isCooling: Bool, score: Double) in
      let uniform = key.map { Self.uniform($0, candidate) } ?? Double.random(in: 0..<1, using: &random)
      return (candidate, cooling.contains(candidate.name), Self.score(uniform, weight: candidate.weight))
    }
    return scored.sorted { ($0.isCooling ? 1 : 0, $0.score) < ($1.isCooling ? 1 : 0, $1.score) }.map(\.candidate)
  }

  /// The least score comes first: with a probability in proportion to the weight (exponential clocks).
  private static func score(_ uniform: Double, weight: Double) -> Double {
    weight > 0 && weight.isFinite ? -log(1 - uniform) / weight : .infinity
  }

  /// A number in 0..<1 that only the key and the candidate decide, in every process alike: FNV-1a, then mixed.
  private static func uniform(_ key: String, _ candidate: Candidate) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in Array(key.utf8) + [0] + Array(candidate.name.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((hash ^ (hash >> 31)) >> 11) / Double(1 << 53)
  }
}

extension Candidate {
  /// What the ledger knows it by.
  var name: String { provider.map { "\($0.id)/\(model)" } ?? model }
}
