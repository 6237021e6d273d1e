// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// What comes out of a body.
extension DialectConformance {
  static let expected: ExampleCheck = { subject, _, report in
    report.ran(.expected)
    func fail(_ message: String) { report.fail(.expected, subject.name, message) }
    let answer = subject.answer
    switch subject.example.expected {
    case .failure(let code, let text):
      if subject.whole.code != code {
        fail("the error \(code) was expected, not \(subject.whole.code?.description ?? "an answer")")
      }
      if answer.text != text { fail("before the error came \"\(answer.text)\", not \"\(text)\"") }
    case .answer(let wanted):
      if let code = subject.whole.code { return fail("an answer was expected, not the error \(code)") }
      if answer.text != wanted.text { fail("the text is \"\(answer.text)\", not \"\(wanted.text)\"") }
      if answer.reasoning != wanted.reasoning {
        fail("the reasoning is \"\(answer.reasoning)\", not \"\(wanted.reasoning)\"")
      }
      let calls = answer.toolCalls.map { ConformanceAnswer.Call($0.name, $0.arguments, id: $0.id) }
      let isSame =
        calls.count == wanted.toolCalls.count
        && zip(calls, wanted.toolCalls).allSatisfy {
          $0.name == $1.name && $0.arguments == $1.arguments && ($1.id == nil || $0.id == $1.id)
        }
      if !isSame { fail("the calls are \(calls), not \(wanted.toolCalls)") }
      if answer.finish != wanted.finish {
        fail("the finish is \(answer.finish?.rawValue ?? "none"), not \(wanted.finish.rawValue)")
      }
      let counts = [answer.usage?.input, answer.usage?.output]
      if wanted.input != nil || wanted.output != nil, counts != [wanted.input, wanted.output] {
        fail("the counts are \(counts), not \([wanted.input, wanted.output])")
      }
    }
  }

  static let wholeText: ExampleCheck = { subject, _, report in
    report.ran(.wholeText)
    let body = subject.example.body
    // Where the provider sends it, or sends what is none, it is no fault of the decoder's.
    let text = String(decoding: body, as: UTF8.self)
    let mayHaveMark = text.contains("\u{FFFD}") || text.contains("\\u")
    for event in subject.whole.events {
      guard case .text(let delta) = event.kindOfText else { continue }
      if delta.text.isEmpty { report.fail(.wholeText, subject.name, "a piece of text is empty") }
      if !mayHaveMark, delta.text.contains("\u{FFFD}") {
        report.fail(.wholeText, subject.name, "well-formed text became U+FFFD")
      }
    }
    // Cut inside each character: what comes of the pieces must be the same text.
    var decoder = subject.specimen.decoder()
    var events: [StreamEvent] = []
    for place in body.indices where decoder.feed(body.span.extracting(place..<place + 1), into: &events) == .done {
      break
    }
    _ = Specimen.finish(decoder, into: &events)
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let partial = accumulator.partial
    if partial.text != subject.answer.text || partial.reasoning != subject.answer.reasoning {
      report.fail(.wholeText, subject.name, "byte by byte the text is another one")
    }
  }

  static let nesting: ExampleCheck = { subject, _, report in
    report.ran(.nesting)
    func fail(_ message: String) { report.fail(.nesting, subject.name, message) }
    var nest = EventNest()
    for event in subject.whole.events { if let wrong = nest.add(event) { fail(wrong) } }
    if subject.whole.code == nil, let wrong = nest.end() { fail(wrong) }
  }

  static let native: ExampleCheck = { subject, _, report in
    report.ran(.native)
    var context = subject.example.context
    context.includesNative = true
    let specimen = Specimen(dialect: subject.specimen.dialect, context: context, body: subject.example.body)
    let result = specimen.result()
    var count = 0
    let others = result.events.filter { event in
      guard case .native = event else { return true }
      count += 1
      return false
    }
    if others != subject.whole.events || result.code != subject.whole.code {
      report.fail(.native, subject.name, "the other events are not the same")
    }
    if subject.whole.code == nil, count == 0 { report.fail(.native, subject.name, "no event of the provider's came") }
  }
}

extension StreamEvent {
  fileprivate enum Text {
    case text(TextDelta)
    case other
  }

  /// Words, thoughts and refusals alike.
  fileprivate var kindOfText: Text {
    switch self {
    case .text(let delta), .reasoning(let delta), .refusal(let delta): .text(delta)
    default: .other
    }
  }
}

/// Events as they may follow each other.
private struct EventNest {
  private struct Call: Hashable {
    var choice: Int32
    var index: Int32
  }

  private var hasContent = false
  private var hasStart = false
  private var open: [Call: (id: String, arguments: String)] = [:]
  private var ids: Set<String> = []

  /// What is wrong with the next event; nil when nothing is.
  mutating func add(_ event: StreamEvent) -> String? {
    switch event {
    case .start:
      if hasStart { return "there is a second start" }
      if hasContent { return "content comes before the start" }
      hasStart = true
      return nil
    case .native, .raw, .warning, .metadata: return nil
    default: hasContent = true
    }
    switch event {
    case .toolInputStart(let start):
      let call = Call(choice: start.choice, index: start.index)
      if open[call] != nil { return "call \(start.index) begins twice" }
      if start.id.isEmpty { return "call \(start.index) has no id: mint one where the provider sends none" }
      if start.name.isEmpty { return "call \(start.index) has no name" }
      open[call] = (start.id, "")
    case .toolInputDelta(let delta):
      let call = Call(choice: delta.choice, index: delta.index)
      guard open[call] != nil else { return "arguments of call \(delta.index) come before its beginning" }
      open[call]?.arguments += delta.arguments
    case .toolCall(let call):
      if call.id.isEmpty { return "the call of \(call.name) has no id: mint one where the provider sends none" }
      let begun = open.first { $0.key.choice == Int32(clamping: call.choice) && $0.value.id == call.id }
      if let begun {
        open[begun.key] = nil
        let pieces = begun.value.arguments
        // Blank counts as `{}` (rule T6), and what came whole has no pieces.
        let isBlank = pieces.utf8.allSatisfy { $0 <= 0x20 }
        if !isBlank, pieces != call.arguments {
          return "the pieces of the arguments of \(call.name) are not its arguments"
        }
      }
      if !ids.insert("\(call.choice) \(call.id)").inserted { return "two calls have the id \(call.id)" }
    default: break
    }
    return nil
  }

  /// What is wrong at the end of an answer.
  func end() -> String? {
    if let first = open.first { return "call \(first.key.index) begins and never ends" }
    return nil
  }
}
