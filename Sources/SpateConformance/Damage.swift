// SPDX-License-Identifier: Apache-2.0

/// A few wounds to a body, of the kinds that proxies, servers and attackers make.
package struct Damage: Sendable {
  package var random: SeededGenerator

  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Bytes that mean something to one of the layers.
  private static let telling =
    Array("\"\\{}[],:0e-. \n\r\tud8\u{0}data:event:[DONE]".utf8) + [0x80, 0xC3, 0xE2, 0xF0, 0xFF]

  package mutating func spoil(_ body: [UInt8]) -> [UInt8] {
    var body = body
    for _ in 0..<Int.random(in: 1...4, using: &random) where !body.isEmpty {
      let place = Int.random(in: 0..<body.count, using: &random)
      let end = min(place + Int.random(in: 1...40, using: &random), body.count)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: body[place] = Self.telling.randomElement(using: &random) ?? 0
      case 2: body.insert(Self.telling.randomElement(using: &random) ?? 0, at: place)
      case 3: body.removeSubrange(place..<end)
      case 4: body.insert(contentsOf: Array(body[place..<end]), at: place)
      default: body.removeSubrange(place...)
      }
    }
    return body
  }
}
