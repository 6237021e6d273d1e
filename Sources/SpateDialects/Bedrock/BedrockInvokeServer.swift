// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Bedrock's InvokeModel with Anthropic's models: Anthropic's, in AWS's frames.
struct BedrockInvokeServer: ServerDialect {
  let streamType = "application/vnd.amazon.eventstream"
  let idPrefix = "msg_bdrk_"
  private let anthropic = AnthropicServer()

  func serves(_ request: ServedRequest) -> Bool {
    request.method == "POST"
      && ["invoke", "invoke-with-response-stream"].contains(BedrockPath(request.path)?.operation)
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    guard let path = BedrockPath(request.path) else {
      throw SpateError(.badRequest, "the path names no model: /model/MODEL/invoke")
    }
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: request.body) } catch {
      throw SpateError(.badRequest, "the body is no JSON: \(error)")
    }
    guard var fields = value.object else { throw SpateError(.badRequest, "the body is no JSON object") }
    guard fields["anthropic_version"]?.string != nil else {
      throw SpateError(.badRequest, "anthropic_version: Field required")
    }
    if fields["anthropic_version"] == BedrockInvokeAnthropicDialect.version { fields["anthropic_version"] = nil }
    for name in ["model", "stream"] where fields[name] != nil {
      throw SpateError(.badRequest, "\(name): Extra inputs are not permitted")
    }
    let betas = fields["anthropic_beta"]?.array?.compactMap(\.string)
    if betas?.count == fields["anthropic_beta"]?.array?.count { fields["anthropic_beta"] = nil }
    fields["model"] = .string(path.model)
    fields["stream"] = .bool(path.operation == "invoke-with-response-stream")
    var chat = try AnthropicRequestReader.read(JSONValue.object(fields).bytes)
    chat.options.betas = betas
    return chat
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    BedrockInvokeWriter(anthropic: AnthropicStreamWriter(start: start))
  }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    anthropic.document(of: events, for: request)
  }

  func body(of failure: ServedFailure) -> [UInt8] { BedrockException.response(failure).body }

  func fields(of failure: ServedFailure) -> HTTPFields { BedrockException.response(failure).fields }

  func frameEnd(in body: [UInt8], after byte: Int) -> Int { EventStreamWriter.messageEnd(in: body, after: byte) }
}

/// Anthropic's events as chunks: the data of each, in base64.
private struct BedrockInvokeWriter: AnswerWriter {
  var anthropic: AnthropicStreamWriter

  mutating func bytes(of event: StreamEvent) -> [UInt8] {
    var framer = SSEFramer()
    var cursor = SSEFramer.Cursor()
    var frames: [UInt8] = []
    let events = anthropic.bytes(of: event)
    do throws(WireError) {
      while let item = try framer.next(events.span, &cursor) {
        guard case .event(let location) = item else { continue }
        let data =
          switch location {
          case .input(let range): Array(events[range])
          case .buffer: framer.data
          }
        if framer.isEventType("error") {
          frames += BedrockException.message(ServedFailure(status: 500))
        } else {
          frames += Self.chunk(data)
        }
      }
    } catch { return frames }
    return frames
  }

  mutating func bytes(of failure: ServedFailure) -> [UInt8] { BedrockException.message(failure) }

  private static func chunk(_ data: [UInt8]) -> [UInt8] {
    let payload: JSONValue = ["bytes": .string(Base64.encode(data))]
    return EventStreamWriter.message(
      headers: [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")],
      payload: payload.bytes)
  }
}
