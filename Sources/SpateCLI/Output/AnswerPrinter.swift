// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore

/// Prints an answer as it comes, in the form that was asked for.
struct AnswerPrinter {
  var output: ChatCommand.Output
  /// Whether an answer that ended early counts as one.
  var isStrict = false

  /// Reads the stream to its end.
  func print(_ stream: ResponseStream) async -> ExitStatus {
    var failure: SpateError?
    var endsLine = true
    var filter = TerminalFilter()
    let isTerminal = StandardStream.output.isTerminal
    Interrupt.shared.stops { stream.cancel() }
    do {
      for try await event in stream {
        switch output {
        case .text:
          guard case .text(let delta) = event, delta.choice == 0 else { continue }
          StandardStream.output.write(isTerminal ? filter.shown(delta.text) : delta.text)
          endsLine = delta.text.last == "\n"
        case .events: StandardStream.output.writeLine(EventObject(event: event).bytes)
        case .json: break
        }
      }
    } catch let error as SpateError {
      failure = error
    } catch {
      failure = SpateError(.cancelled, "the stream was cancelled")
    }
    let object = ResponseObject(
      answer: stream.snapshot, error: failure, eventCount: stream.protocolEventCount, showsBuckets: true)
    switch output {
    case .text:
      if isTerminal { StandardStream.output.write(filter.finish() + (endsLine ? "" : "\n")) }
      if let failure { StandardStream.error.write("spate: \(TerminalFilter.line(failure.description))\n") }
      for warning in object.answer.warnings {
        StandardStream.error.write("spate: warning: \(TerminalFilter.line(warning.message))\n")
      }
    case .json: StandardStream.output.writeLine(object.bytes)
    case .events: if let failure { StandardStream.output.writeLine(EventObject.bytes(of: failure)) }
    }
    if failure?.code == .cancelled, Interrupt.shared.isPressed { return .interrupted }
    if isStrict, failure == nil, object.answer.outcome != .complete { return .strict }
    return object.exitStatus
  }
}
