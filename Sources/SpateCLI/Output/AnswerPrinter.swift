// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore

/// Prints an answer as it comes, in the form that was asked for.
struct AnswerPrinter {
  var output: ChatCommand.Output

  /// Reads the stream to its end.
  func print(_ stream: ResponseStream) async -> ExitStatus {
    var failure: SpateError?
    var endsLine = true
    do {
      for try await event in stream {
        switch output {
        case .text:
          guard case .text(let delta) = event, delta.choice == 0 else { continue }
          StandardStream.output.write(delta.text)
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
      if !endsLine, StandardStream.output.isTerminal { StandardStream.output.write("\n") }
      if let failure { StandardStream.error.write("spate: \(Self.line(failure))\n") }
      for warning in object.answer.warnings { StandardStream.error.write("spate: warning: \(warning.message)\n") }
    case .json: StandardStream.output.writeLine(object.bytes)
    case .events: if let failure { StandardStream.output.writeLine(EventObject.bytes(of: failure)) }
    }
    return object.exitStatus
  }

  /// One line, whatever the provider wrote.
  private static func line(_ error: SpateError) -> String {
    error.description.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
