// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of OpenAI's Responses.
struct ResponsesServer: ServerDialect {
  let idPrefix = "resp_"

  func serves(_ request: ServedRequest) -> Bool { request.method == "POST" && request.path.hasSuffix("/responses") }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    try ResponsesRequestReader.read(request.body)
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    ResponsesStreamWriter(request: request, start: start)
  }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    var start = ResponseStart()
    for case .start(let first) in events.prefix(1) { start = first }
    var writer = ResponsesStreamWriter(request: request, start: start)
    for event in events { _ = writer.bytes(of: event) }
    return writer.response.bytes
  }

  /// As in the chat dialect.
  func body(of failure: ServedFailure) -> [UInt8] {
    let words = OpenAIChatServer.words(of: failure)
    return ChatAnswerWriter.error(words.message, type: words.type, code: words.code)
  }
}
