// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// What hostile and huge bodies may do.
extension DialectConformance {
  static let damage: ExampleCheck = { subject, list, report in
    for round in 0..<UInt64(clamping: list.damagedBodies) {
      report.ran(.damage)
      let seed = list.seed &+ round
      var damage = Damage(seed: seed)
      let specimen = subject.specimen.with(damage.spoil(subject.specimen.body))
      let whole = specimen.result()
      let place = "body \(round)"
      if specimen.result(of: BodyCuts.random(of: specimen.body.count, &damage.random)) != whole {
        report.fail(.damage, subject.name, "\(place): its events depend on its cuts")
      }
      let ends = whole.events.count { if case .finish = $0 { true } else { false } }
      if ends != (whole.code == nil ? 1 : 0) { report.fail(.damage, subject.name, "\(place): \(ends) finish events") }
      // Each byte may become U+FFFD, which is three.
      let size = whole.events.reduce(0) { $0 + $1.textSize }
      if size > 4 * specimen.body.count + 4096 || whole.events.count > specimen.body.count + 256 {
        report.fail(
          .damage, subject.name,
          "\(place): \(specimen.body.count) bytes gave \(whole.events.count) events with \(size) bytes of text")
      }
    }
  }

  static let limits: ExampleCheck = { subject, _, report in
    guard subject.whole.code == nil else { return }
    func check(_ what: String, fits: (inout ResponseContext) -> Void, over: (inout ResponseContext) -> Void) {
      report.ran(.limits, 2)
      var context = subject.example.context
      fits(&context)
      let body = subject.example.body
      let dialect = subject.specimen.dialect
      if Specimen(dialect: dialect, context: context, body: body).result() != subject.whole {
        report.fail(.limits, subject.name, "\(what): at the limit it is another answer")
      }
      context = subject.example.context
      over(&context)
      let code = Specimen(dialect: dialect, context: context, body: body).result().code
      if code != .limit {
        report.fail(.limits, subject.name, "\(what): above the limit it is \(code?.description ?? "an answer")")
      }
    }
    let count = subject.example.body.count
    check("the body", fits: { $0.bodyLimit = count }, over: { $0.bodyLimit = count / 2 })
    let calls = subject.answer.toolCalls
    guard !calls.isEmpty else { return }
    check("tool calls", fits: { $0.toolCallLimit = calls.count }, over: { $0.toolCallLimit = calls.count - 1 })
    let longest = calls.map(\.arguments.utf8.count).max() ?? 0
    // `{}` may stand for nothing, which no limit forbids.
    guard longest > 2 else { return }
    check(
      "the arguments of a call", fits: { $0.toolArgumentsLimit = 2 * longest }, over: { $0.toolArgumentsLimit = 1 })
  }
}

extension StreamEvent {
  fileprivate var textSize: Int {
    switch self {
    case .text(let delta), .reasoning(let delta), .refusal(let delta): delta.text.utf8.count
    case .toolInputDelta(let delta): delta.arguments.utf8.count
    default: 0
    }
  }
}
