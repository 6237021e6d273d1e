// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Bedrock's Converse.
struct ConverseServer: ServerDialect {
  let streamType = "application/vnd.amazon.eventstream"
  let idPrefix = "bedrock-"

  func serves(_ request: ServedRequest) -> Bool {
    request.method == "POST" && ["converse", "converse-stream"].contains(BedrockPath(request.path)?.operation)
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest { try ConverseRequestReader.read(request) }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter { ConverseStreamWriter() }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    ConverseAnswerWriter.bytes(of: events)
  }

  func body(of failure: ServedFailure) -> [UInt8] { BedrockException.response(failure).body }

  func fields(of failure: ServedFailure) -> HTTPFields { BedrockException.response(failure).fields }

  func frameEnd(in body: [UInt8], after byte: Int) -> Int { EventStreamWriter.messageEnd(in: body, after: byte) }
}

/// A whole answer of Converse's, as one JSON document.
enum ConverseAnswerWriter {
  /// The answer that `events` build.
  static func bytes(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    var finish = Finish(reason: .stop, native: nil)
    for event in events {
      accumulator.add(event)
      if case .finish(let end) = event { finish = end }
    }
    let answer = accumulator.partial
    let content = answer.message.content.flatMap { $0.converseBlocks(isServer: true) ?? [] }
    var fields: JSONObject = [
      "output": ["message": ["role": "assistant", "content": .array(content.map(JSONValue.object))]]
    ]
    fields["stopReason"] = .string(finish.converseReason(hasRefusal: answer.refusal != nil))
    fields["usage"] = (answer.usage ?? Usage()).converse
    fields["metrics"] = ["latencyMs": 1]
    for (key, value) in finish.metadata.members where key != "output" { fields[key] = value }
    return JSONValue.object(fields).bytes
  }
}
