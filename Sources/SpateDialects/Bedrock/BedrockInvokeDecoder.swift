// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes Anthropic's events out of AWS's frames, where each is the base64 in an event `chunk`.
struct BedrockInvokeDecoder: PayloadDecoder {
  typealias Framing = EventStreamFraming

  private let context: ResponseContext
  private var anthropic: AnthropicDecoder

  init(context: ResponseContext) {
    self.context = context
    anthropic = AnthropicDecoder(context: context)
  }

  var isComplete: Bool { anthropic.isComplete }
  var nativeFinish: String? { anthropic.nativeFinish }
  var reportedFailure: SpateError? { anthropic.reportedFailure }
  var templateCounts: (hits: Int, misses: Int) { anthropic.templateCounts }

  mutating func event(
    _ data: Span<UInt8>, type: EventStreamFraming.Label, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if let failure = type.failure(data, context: context) { throw failure }
    guard type.type == "chunk" else {
      events.append(.raw(RawEvent(type: type.type, bytes: Array(copying: data))))
      return .event
    }
    let bytes: [UInt8]?
    do throws(WireError) {
      bytes = try JSONScanner.scan(data) { (json) throws(WireError) in
        var found: JSONSlice?
        if json.beginObject() {
          // Beside it is `p`, which is padding.
          while let key = json.nextKey() {
            if json.equals(key, "bytes") { found = json.string() } else { json.skip() }
          }
        } else {
          json.skip()
        }
        try json.finish()
        return found.flatMap { Base64.decode(json.text(of: $0)) }
      }
    } catch { throw SpateError(wire: error) }
    guard let bytes else {
      var error = SpateError(.decode, "the provider sent a chunk without bytes in base64")
      error.body = Array(copying: data)
      throw error
    }
    return try anthropic.event(bytes.span, type: .message, into: &events)
  }

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let answer: JSONValue
    do throws(WireError) {
      answer = try JSONScanner.scan(data) { (json) throws(WireError) in json.value() }
    } catch { throw SpateError(wire: error) }
    if answer["content"] == nil, answer["type"] == "completion", var fields = answer.object {
      // Text Completions, of before Messages: its words stay where they are.
      fields["content"] = []
      // Its tokens are counted in the head of the response only (rule U6).
      if fields["usage"] == nil, context.inputTokens != nil || context.outputTokens != nil {
        var usage: JSONObject = [:]
        usage["input_tokens"] = context.inputTokens.map { .number(JSONNumber($0)) }
        usage["output_tokens"] = context.outputTokens.map { .number(JSONNumber($0)) }
        fields["usage"] = .object(usage)
      }
      events.append(
        .warning(
          StreamWarning(.unexpectedForm, "the model answered in the old form of Text Completions: see the metadata")))
      return try anthropic.document(JSONValue.object(fields).bytes.span, into: &events)
    }
    if answer["content"] == nil, answer["message"]?.string != nil {
      throw ErrorBody(answer, context: context).inStream
    }
    try anthropic.document(data, into: &events)
  }

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    anthropic.finish(isTerminated: isTerminated, into: &events)
  }

  mutating func flush(into events: inout [StreamEvent]) { anthropic.flush(into: &events) }
}
