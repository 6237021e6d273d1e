// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import Testing

/// Ways to cut a body into network reads. Whatever a decoder makes of one it must make of all (rules B1, S8, P3).
enum Splits {
  /// Checks that `decode` gives one answer for the whole body, every cut with an empty piece in it, every two cuts of a
  /// short body, and single bytes with empty pieces between; returns that answer.
  @discardableResult static func sameForAll<Answer: Equatable>(
    _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation, _ decode: ([[UInt8]]) -> Answer
  ) -> Answer {
    let whole = decode([bytes])
    for first in 0...bytes.count {
      let one = decode([Array(bytes[..<first]), [], Array(bytes[first...])])
      #expect(one == whole, "cut at \(first)", sourceLocation: sourceLocation)
      guard bytes.count <= 32 else { continue }
      for second in first...bytes.count {
        let two = decode([Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])])
        #expect(two == whole, "cut at \(first) and \(second)", sourceLocation: sourceLocation)
      }
    }
    let single = decode(bytes.flatMap { [[], [$0]] })
    #expect(single == whole, "byte by byte", sourceLocation: sourceLocation)
    return whole
  }

  /// The body in pieces of this size.
  static func pieces(of bytes: [UInt8], size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  /// The body in pieces of random sizes, some of them empty.
  static func random(_ bytes: [UInt8], using random: inout SeededRandom) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let end = min(start + Int.random(in: 0...8, using: &random), bytes.count)
      pieces.append(Array(bytes[start..<end]))
      start = end
    }
    return pieces
  }
}
