// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

extension Sweep {
  /// P8: each recorded stream, cut at every byte and ended cleanly, is no answer before its own finish, and is one after
  /// it. Cuts between two events are counted apart: there nothing but the missing end says that there was more.
  static let prefixes = Sweep(name: "prefixes", corpus: "captures") { shared, report in
    var (cuts, boundaries, early, wrong) = (0, 0, 0, 0)
    var dialects: Set<DialectID> = []
    let captures = try Capture.all(in: shared).filter(\.isStream)
    for capture in captures {
      dialects.insert(capture.dialect.id)
      guard let oracle = Oracles.oracle(for: capture) else {
        report.fail("\(capture.file): there is no oracle for \(capture.dialect.id)")
        continue
      }
      let isAnswer = capture.specimen.result().code == nil
      capture.specimen.prefixes { count, isBoundary, events, code in
        guard count < capture.body.count else { return }
        cuts += 1
        let isOver = oracle.isOver(after: count)
        if isBoundary {
          boundaries += 1
          early += isOver ? 0 : 1
        }
        var isRight = isOver ? code == nil || !isAnswer : code != nil
        // What is no answer has no finish event, and an answer has one.
        if events.contains(where: { if case .finish = $0 { true } else { false } }) != (code == nil) { isRight = false }
        if isRight { return }
        wrong += 1
        report.fail("\(capture.file), cut after \(count) bytes: \(code?.description ?? "an answer")")
      }
    }
    if captures.isEmpty { report.fail("no stream in a known dialect") }
    if dialects.count != Dialects.builtIn.ids.count { report.fail("only \(dialects.count) dialects have a stream") }
    report.figures =
      "\(captures.count) streams in \(dialects.count) dialects, \(cuts) cuts, \(boundaries) of them behind an event "
      + "(\(early) before the end), \(wrong) wrongly an answer or an error"
  }
}
