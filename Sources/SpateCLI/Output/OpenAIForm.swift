// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// As OpenAI would send it, whoever answers: server-sent events, or one JSON document for an answer in one piece.
/// After a failure the last line is OpenAI's error; `[DONE]` stands only after an answer.
struct OpenAIForm: AnswerForm {
  var isStream: Bool
  private var writer: ChatStreamWriter?
  private var events: [StreamEvent] = []

  init(isStream: Bool) { self.isStream = isStream }

  mutating func write(_ event: StreamEvent) {
    guard isStream else { return events.append(event) }
    if writer == nil {
      // What all chunks repeat comes with the first of them; a warning may come before it, and has no form here.
      if case .warning = event { return }
      var start = ResponseStart()
      if case .start(let first) = event { start = first }
      writer = ChatStreamWriter(start: start, includesUsage: true, keepsNativeWords: false)
    }
    if let bytes = writer?.bytes(of: event), !bytes.isEmpty { StandardStream.output.writeJSON(bytes) }
  }

  func finish(_ object: ResponseObject) {
    guard let error = object.error else {
      if !isStream { StandardStream.output.writeLine(ChatAnswerWriter.bytes(of: events)) }
      return
    }
    let document = ChatAnswerWriter.error(error.message, type: error.code.description, code: error.providerCode)
    if isStream {
      StandardStream.output.writeJSON(ChatStreamWriter.frame(document))
    } else {
      StandardStream.output.writeLine(document)
    }
  }
}
