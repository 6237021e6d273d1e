// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore

/// Prints an answer as it comes, in the form that was asked for.
struct AnswerPrinter {
  var output: ChatCommand.Output
  var isStream = true
  /// Whether an answer that ended early counts as one.
  var isStrict = false
  /// Whether what came may have to be taken back.
  var mayRestart = false

  /// Reads the stream to its end.
  func print(_ stream: ResponseStream) async -> ExitStatus {
    var form = form
    var failure: SpateError?
    Interrupt.shared.stops { stream.cancel() }
    do {
      for try await event in stream {
        RecoveryNote(event)?.tell()
        form.write(event)
      }
    } catch let error as SpateError {
      failure = error
    } catch {
      failure = SpateError(.cancelled, "the stream was cancelled")
    }
    let object = ResponseObject(
      answer: stream.snapshot, error: failure, eventCount: stream.protocolEventCount, showsBuckets: true)
    form.finish(object)
    if failure?.code == .cancelled, Interrupt.shared.isPressed { return .interrupted }
    if isStrict, failure == nil, object.answer.outcome != .complete { return .strict }
    return object.exitStatus
  }

  private var form: any AnswerForm {
    switch output {
    case .text: TextForm(mayRestart: mayRestart)
    case .json: JSONForm()
    case .events: EventsForm()
    case .openai: OpenAIForm(isStream: isStream)
    }
  }
}

/// A form in which an answer is printed.
protocol AnswerForm {
  /// Prints what shows of an event at once.
  mutating func write(_ event: StreamEvent)

  /// Prints what is left to say once everything has come.
  mutating func finish(_ object: ResponseObject)
}

/// One object, at the end.
struct JSONForm: AnswerForm {
  func write(_ event: StreamEvent) {}

  func finish(_ object: ResponseObject) { StandardStream.output.writeLine(object.bytes) }
}

/// An object a line; the last one says how it ended.
struct EventsForm: AnswerForm {
  func write(_ event: StreamEvent) { StandardStream.output.writeLine(EventObject(event: event).bytes) }

  func finish(_ object: ResponseObject) {
    if let error = object.error { StandardStream.output.writeLine(EventObject.bytes(of: error)) }
  }
}
