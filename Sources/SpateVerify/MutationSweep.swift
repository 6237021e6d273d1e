// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

extension Sweep {
  /// P5 and P3 on spoiled input: recorded responses with seeded damage neither trap nor depend on how they are cut.
  static let mutations = Sweep(name: "mutations", corpus: "captures") { shared, report in
    var runs = 0
    var differing = 0
    var answers = 0
    for (number, capture) in try Capture.all(in: shared).enumerated() {
      // Long bodies say nothing more than short ones here.
      guard capture.body.count <= 64 << 10 else { continue }
      for round in 0..<60 {
        let seed = UInt64(number) << 16 | UInt64(round)
        var damage = Damage(seed: seed)
        let spoiled = Capture(capture, body: damage.spoil(capture.body))
        let whole = spoiled.result(of: [0..<spoiled.body.count])
        let pieces = damage.random.pieces(of: spoiled.body.count)
        runs += 1
        answers += whole.code == nil ? 1 : 0
        guard spoiled.result(of: pieces) != whole else { continue }
        differing += 1
        report.fail("\(capture.file), seed \(seed)")
      }
    }
    if runs == 0 { report.fail("no capture in a known dialect") }
    report.figures = "\(runs) spoiled bodies, \(answers) still an answer, \(differing) differ by their cuts"
  }
}

/// A few wounds to a body, of the kinds that proxies, servers and attackers make.
private struct Damage {
  var random: SplitSweep.Random

  init(seed: UInt64) { random = SplitSweep.Random(seed: seed) }

  /// Bytes that mean something to one of the layers.
  private static let telling =
    Array("\"\\{}[],:0e-. \n\r\tud8\u{0}data:event:[DONE]".utf8) + [0x80, 0xC3, 0xE2, 0xF0, 0xFF]

  mutating func spoil(_ body: [UInt8]) -> [UInt8] {
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
