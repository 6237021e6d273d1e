// SPDX-License-Identifier: Apache-2.0

import SpateConformance
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
        let spoiled = capture.specimen.with(damage.spoil(capture.body))
        let whole = spoiled.result()
        let pieces = BodyCuts.random(of: spoiled.body.count, &damage.random)
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
