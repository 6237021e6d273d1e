// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

extension Sweep {
  /// P3: every recorded response gives the same events at each cut, byte by byte, and at random cuts.
  ///
  /// A cut can only show in the frame it falls into and in what follows. So the decoder is copied at the beginning of
  /// each window, and the window is fed at each of its cuts, with the next one after it: linear in the body.
  static let splits = Sweep(name: "splits", corpus: "captures") { shared, report in
    var cuts = 0
    var differing = 0
    let captures = try Capture.all(in: shared)
    for capture in captures {
      let count = capture.body.count
      let whole = capture.result(of: [0..<count])
      func compare(_ pieces: [Range<Int>], _ name: String) {
        cuts += max(pieces.count - 1, 1)
        guard capture.result(of: pieces) != whole else { return }
        differing += 1
        report.fail("\(capture.file), \(name)")
      }
      compare((0..<count).map { $0..<$0 + 1 }, "byte by byte")
      for size in [2, 3, 7, 64, 1021] { compare(SplitSweep.pieces(of: count, size: size), "\(size) bytes at a time") }
      var random = SplitSweep.Random(seed: UInt64(count))
      for round in 0..<4 { compare(random.pieces(of: count), "random cuts, round \(round)") }
      if capture.isStream { cuts += SplitSweep.everyCut(capture, &report, &differing) }
    }
    if captures.isEmpty { report.fail("no capture in a known dialect") }
    report.figures = "\(captures.count) captures, \(cuts) cuts, \(differing) differ"
  }
}

/// The ways to cut a body.
enum SplitSweep {
  /// How many bytes are fed again for each cut: longer than nearly every event.
  private static let window = 512

  static func pieces(of count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Each single cut of the body, seen through windows; gives their number.
  static func everyCut(_ capture: Capture, _ report: inout Report, _ differing: inout Int) -> Int {
    var decoder = capture.decoder()
    var cuts = 0
    let windows = pieces(of: capture.body.count, size: window)
    for (number, range) in windows.enumerated() {
      let next = number + 1 < windows.count ? windows[number + 1] : range.upperBound..<range.upperBound
      var wanted: [StreamEvent] = []
      var after = decoder
      let demand = after.feed(capture.body.span.extracting(range), into: &wanted)
      var ahead = after
      _ = ahead.feed(capture.body.span.extracting(next), into: &wanted)
      for cut in range where cut > range.lowerBound {
        var copy = decoder
        var events: [StreamEvent] = []
        for piece in [range.lowerBound..<cut, cut..<range.upperBound, next] {
          _ = copy.feed(capture.body.span.extracting(piece), into: &events)
        }
        cuts += 1
        guard events != wanted else { continue }
        differing += 1
        report.fail("\(capture.file), cut at \(cut)")
      }
      if demand == .done { break }
      decoder = after
    }
    return cuts
  }

  /// A small generator with a seed, so that each run cuts alike.
  struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    mutating func pieces(of count: Int) -> [Range<Int>] {
      var pieces: [Range<Int>] = []
      var start = 0
      while start < count {
        let end = Swift.min(start + Int.random(in: 1...200, using: &self), count)
        pieces.append(start..<end)
        start = end
      }
      return pieces
    }
  }
}
