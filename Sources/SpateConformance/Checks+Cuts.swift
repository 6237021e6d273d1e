// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// How a body comes, and how it ends.
extension DialectConformance {
  static let splits: ExampleCheck = { subject, list, report in
    let specimen = subject.specimen
    let count = specimen.body.count
    func compare(_ pieces: [Range<Int>], _ how: String) {
      report.ran(.splits)
      if specimen.result(of: pieces) != subject.whole { report.fail(.splits, subject.name, "\(how): other events") }
    }
    compare(BodyCuts.pieces(of: count, size: 1), "byte by byte")
    compare((0..<count).flatMap { [$0..<$0, $0..<$0 + 1] }, "byte by byte with empty reads")
    for size in [2, 3, 7, 64, 1021] { compare(BodyCuts.pieces(of: count, size: size), "\(size) bytes at a time") }
    var random = SeededGenerator(seed: list.seed)
    for round in 0..<20 { compare(BodyCuts.random(of: count, longest: 40, &random), "random cuts, round \(round)") }
    let cuts = BodyCuts.everyCutToTheEnd(specimen) { place in
      report.fail(.splits, subject.name, "cut after \(place) bytes: other events")
    }
    report.ran(.splits, cuts)
  }

  static let snapshot: ExampleCheck = { subject, _, report in
    let specimen = subject.specimen
    let body = specimen.body
    // Long bodies say nothing more than short ones here.
    for cut in stride(from: 0, through: body.count, by: max(body.count / 64, 1)) {
      report.ran(.snapshot)
      var decoder = specimen.decoder()
      var events: [StreamEvent] = []
      guard decoder.feed(body.span.extracting(0..<cut), into: &events) == .more else { break }
      var other = decoder
      var ignored: [StreamEvent] = []
      // The copy gets the rest, then what belongs nowhere, and ends.
      _ = other.feed(body.span.extracting(cut..<body.count), into: &ignored)
      _ = other.feed(body.span, into: &ignored)
      _ = Specimen.finish(other, into: &ignored)
      _ = decoder.feed(body.span.extracting(cut..<body.count), into: &events)
      let result = Specimen.Result(
        events: events, code: nil, eventCount: decoder.eventCount)
      var whole = result
      whole.code = Specimen.finish(decoder, into: &whole.events)
      if whole != subject.whole {
        report.fail(.snapshot, subject.name, "what a copy was fed after \(cut) bytes shows in the original")
      }
    }
  }

  static let cuts: ExampleCheck = { subject, _, report in
    subject.specimen.prefixes { count, _, _, code in
      report.ran(.cuts)
      if code == nil, !subject.isOver(after: count) {
        report.fail(.cuts, subject.name, "cut after \(count) bytes it is an answer")
      } else if let code, subject.isOver(after: count) {
        report.fail(.cuts, subject.name, "complete after \(count) bytes it is the error \(code)")
      } else if case .answer = subject.example.expected, let code, code != .truncated {
        report.fail(.cuts, subject.name, "cut after \(count) bytes it is \(code), not truncated")
      }
    }
  }

  static let breaks: ExampleCheck = { subject, _, report in
    // A code that no decoder makes by itself.
    let reason = SpateError(.dns, "the connection broke")
    guard case .answer = subject.example.expected else { return }
    subject.specimen.prefixes(.broken(reason)) { count, _, _, code in
      report.ran(.breaks)
      if subject.isOver(after: count) {
        if let code { report.fail(.breaks, subject.name, "broken after \(count) bytes, complete, it is \(code)") }
      } else if code != .dns {
        let what = code?.description ?? "an answer"
        report.fail(.breaks, subject.name, "broken after \(count) bytes it is \(what), not the reason")
      }
    }
  }

  static let oneFinish: ExampleCheck = { subject, _, report in
    func look(_ events: [StreamEvent], _ code: SpateError.Code?, _ place: String) {
      report.ran(.oneFinish)
      let ends = events.count { if case .finish = $0 { true } else { false } }
      let isLast = if case .finish? = events.last { true } else { false }
      if code != nil, ends > 0 { report.fail(.oneFinish, subject.name, "\(place): an error, and a finish event too") }
      guard code == nil else { return }
      if ends != 1 { report.fail(.oneFinish, subject.name, "\(place): \(ends) finish events") }
      if ends > 0, !isLast { report.fail(.oneFinish, subject.name, "\(place): the finish event is not the last") }
    }
    look(subject.whole.events, subject.whole.code, "the whole body")
    subject.specimen.prefixes { count, _, last, code in look(last, code, "ended after \(count) bytes") }
  }

  static let lastWord: ExampleCheck = { subject, _, report in
    var decoder = subject.specimen.decoder()
    var events: [StreamEvent] = []
    let body = subject.specimen.body
    guard decoder.feed(body.span, into: &events) == .done else { return }
    report.ran(.lastWord)
    let count = events.count
    if decoder.feed(body.span, into: &events) != .done {
      report.fail(.lastWord, subject.name, "after the last word it wants more")
    }
    if events.count != count { report.fail(.lastWord, subject.name, "what follows the last word gave events") }
    if Specimen.finish(decoder, into: &events) != subject.whole.code || events != subject.whole.events {
      report.fail(.lastWord, subject.name, "what follows the last word changed the answer")
    }
    if subject.specimen.with(body + body).result() != subject.whole {
      report.fail(.lastWord, subject.name, "what follows the last word in the same read changed the answer")
    }
  }

  static let emptyBody: DialectCheck = { list, report in
    for body in ["", "\n", " \r\n\r\n"] {
      report.ran(.emptyBody)
      let specimen = Specimen(dialect: list.dialect, context: ResponseContext(), body: Array(body.utf8))
      if specimen.result().code == nil {
        report.fail(.emptyBody, "a body of \(body.utf8.count) bytes", "it is an answer")
      }
    }
  }

  static let statuses: DialectCheck = { list, report in
    let classes: [(Int, SpateError.Code)] = [
      (400, .badRequest), (401, .auth), (403, .auth), (404, .notFound), (413, .tooLarge), (429, .rateLimit),
      (500, .server), (502, .server), (503, .overloaded), (302, .redirect),
    ]
    for (status, code) in classes {
      for body in ["", "no", "<html><title>Bad</title></html>", "{\"message\":\"no\"}", "{"] {
        report.ran(.statuses)
        let specimen = Specimen(
          dialect: list.dialect, context: ResponseContext(status: status), body: Array(body.utf8))
        let result = specimen.result()
        if result.code != code {
          let what = result.code?.description ?? "an answer"
          report.fail(.statuses, "status \(status)", "with the body \"\(body)\" it is \(what), not \(code)")
        }
      }
    }
  }
}
