// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

extension Sweep {
  /// An event that is read by the template of the one before it gives what scanning it whole gives: every recorded
  /// response, and 40 spoiled copies of each of the shorter ones. Counts how many are read so.
  static let templates = Sweep(name: "templates", corpus: "captures") { shared, report in
    let captures = try Capture.all(in: shared)
    var compared = 0
    var differing = 0
    var counts: [DialectID: (hits: Int, events: Int)] = [:]
    for (number, capture) in captures.enumerated() {
      func compare(_ specimen: Specimen, _ what: String) {
        compared += 1
        guard specimen.result() != specimen.scanned.result() else { return }
        differing += 1
        report.fail("\(capture.file), \(what)")
      }
      compare(capture.specimen, "as recorded")
      if capture.isStream, let found = capture.specimen.templateCounts {
        counts[capture.dialect.id, default: (0, 0)].hits += found.hits
        counts[capture.dialect.id, default: (0, 0)].events += found.hits + found.misses
      }
      guard capture.body.count <= 64 << 10 else { continue }
      for round in 0..<40 {
        var damage = Damage(seed: UInt64(number) << 16 | UInt64(round) | 1 << 48)
        compare(capture.specimen.with(damage.spoil(capture.body)), "round \(round)")
      }
    }
    if captures.isEmpty { report.fail("no capture in a known dialect") }
    let shares = Dialects.builtIn.ids.compactMap { id in
      counts[id].map { "\n  \(id): \($0.hits) of \($0.events) events of streams by the template" }
    }
    report.figures = "\(compared) bodies, \(differing) differ" + shares.joined()
  }
}

extension Specimen {
  /// The same, with every event scanned whole.
  fileprivate var scanned: Specimen {
    var context = context
    context.usesTemplates = false
    return Specimen(dialect: dialect, context: context, body: body)
  }

  fileprivate var templateCounts: (hits: Int, misses: Int)? {
    var decoder = decoder()
    var events: [StreamEvent] = []
    _ = decoder.feed(body.span, into: &events)
    return (decoder as? any TemplateCounting)?.templateCounts
  }
}
