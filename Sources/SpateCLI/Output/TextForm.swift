// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The words of the first answer on stdout; everything else is told on stderr.
struct TextForm: AnswerForm {
  private let isTerminal = StandardStream.output.isTerminal
  private var filter = TerminalFilter()
  private var endsLine = true
  private let spinner = Spinner.start()
  /// Words for a pipe, which nobody could take back: kept to the end. Nil where they are shown at once.
  private var held: String?

  /// `mayRestart`: the answer may begin again after some words.
  init(mayRestart: Bool = false) { held = mayRestart && !isTerminal ? "" : nil }

  mutating func write(_ event: StreamEvent) {
    switch event {
    case .text(let delta) where delta.choice == 0:
      spinner?.stop()
      if held != nil {
        held?.append(delta.text)
      } else {
        StandardStream.output.write(isTerminal ? filter.shown(delta.text) : delta.text)
      }
      endsLine = delta.text.utf8.last == UInt8(ascii: "\n")
    case .restarted(let restart):
      if held != nil {
        held = ""
      } else if restart.discardedText > 0 {
        StandardStream.output.write(endsLine ? "" : "\n")
      }
      endsLine = true
    case .refusal: spinner?.stop()
    case .reasoning: spinner?.show("thinking")
    default: break
    }
  }

  mutating func finish(_ object: ResponseObject) {
    spinner?.stop()
    if let held { StandardStream.output.write(held) }
    if isTerminal { StandardStream.output.write(filter.finish() + (endsLine ? "" : "\n")) }
    if let words = object.answer.refusal { tell("the model declines: \(words)") }
    switch object.answer.outcome {
    case .limited?: tell("the answer ends at its limit of tokens")
    case .filtered?: tell("the provider's filter ended the answer")
    case .paused?: tell("the provider paused the answer: ask again to go on")
    default: break
    }
    for call in object.answer.toolCalls { tell("the model calls \(call.name) with \(call.arguments)") }
    if let error = object.error { tell(error.description) }
    for warning in object.answer.warnings { tell("warning: \(warning.message)") }
  }

  private func tell(_ words: String) { StandardStream.error.write("spate: \(TerminalFilter.line(words))\n") }
}
