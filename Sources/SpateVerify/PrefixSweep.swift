// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

extension Sweep {
  /// P8: each recorded stream, cut at every byte and ended cleanly, is no answer before its own finish, and is one after
  /// it. The decoder is fed one byte at a time, and a copy of it is finished: linear.
  static let prefixes = Sweep(name: "prefixes", corpus: "captures") { shared, report in
    var cuts = 0
    var wrong = 0
    let captures = try Capture.all(in: shared).filter(\.isStream)
    for capture in captures {
      guard let oracle = Oracles.oracle(for: capture) else {
        report.fail("\(capture.file): there is no oracle for \(capture.dialect.id)")
        continue
      }
      let isAnswer = capture.result(of: [0..<capture.body.count]).code == nil
      var decoder = capture.decoder()
      var events: [StreamEvent] = []
      for place in 0..<capture.body.count {
        let code = Capture.finish(decoder, into: &events)
        cuts += 1
        let isRight = oracle.isOver(after: place) ? code == nil || !isAnswer : code != nil
        if !isRight {
          wrong += 1
          report.fail(
            "\(capture.file), cut after \(place) bytes: \(code?.description ?? "an answer")")
        }
        events.removeAll(keepingCapacity: true)
        if decoder.feed(capture.body.span.extracting(place..<place + 1), into: &events) == .done { break }
        events.removeAll(keepingCapacity: true)
      }
    }
    if captures.isEmpty { report.fail("no stream in a known dialect") }
    report.figures = "\(captures.count) streams, \(cuts) cuts, \(wrong) wrongly an answer or an error"
  }
}
