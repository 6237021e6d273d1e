// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

extension Sweep {
  /// P3: every recorded response gives the same events byte by byte, at random cuts, and the streams that are not in
  /// ``cuts`` at each single cut.
  static let splits = Sweep(name: "splits", corpus: "captures") { shared, report in
    var cuts = 0
    var differing = 0
    let captures = try Capture.all(in: shared)
    let short = Set(Capture.shortest(60, of: captures.filter(\.isStream)).flatMap(\.captures).map(\.file))
    for capture in captures {
      let count = capture.body.count
      let whole = capture.specimen.result()
      func compare(_ pieces: [Range<Int>], _ name: String) {
        cuts += max(pieces.count - 1, 1)
        guard capture.specimen.result(of: pieces) != whole else { return }
        differing += 1
        report.fail("\(capture.file), \(name)")
      }
      compare(BodyCuts.pieces(of: count, size: 1), "byte by byte")
      for size in [2, 3, 7, 64, 1021] { compare(BodyCuts.pieces(of: count, size: size), "\(size) bytes at a time") }
      var random = SeededGenerator(seed: UInt64(count))
      for round in 0..<4 { compare(BodyCuts.random(of: count, &random), "random cuts, round \(round)") }
      // The shortest ones have a sweep of their own.
      guard capture.isStream, !short.contains(capture.file) else { continue }
      cuts += BodyCuts.everyCut(capture.specimen, longest: 512) { place in
        differing += 1
        report.fail("\(capture.file), cut after \(place) bytes")
      }
    }
    if captures.isEmpty { report.fail("no capture in a known dialect") }
    report.figures = "\(captures.count) captures, \(cuts) cuts, \(differing) differ"
  }

  /// The shortest streams of each dialect at every single cut, with all that follows it and the end of the body. Long
  /// ones, whose time would grow with the square of their length, with the event that follows.
  static let cuts = Sweep(name: "cuts", corpus: "captures") { shared, report in
    let streams = try Capture.all(in: shared).filter(\.isStream)
    var lines: [String] = []
    for (dialect, captures) in Capture.shortest(60, of: streams) {
      var (toTheEnd, cuts, differing) = (0, 0, 0)
      for capture in captures {
        func differs(_ place: Int) {
          differing += 1
          report.fail("\(capture.file), cut after \(place) bytes")
        }
        if capture.body.count <= 2 << 10 {
          toTheEnd += 1
          cuts += BodyCuts.everyCutToTheEnd(capture.specimen, differs: differs)
        } else {
          cuts += BodyCuts.everyCut(capture.specimen, differs: differs)
        }
      }
      if captures.isEmpty { report.fail("no stream in \(dialect)") }
      lines.append(
        "\n  \(dialect): \(captures.count) streams (\(toTheEnd) to their end), \(cuts) cuts, \(differing) differ")
    }
    report.figures = "the shortest streams of each dialect" + lines.joined()
  }
}
