// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of Cohere's v2 chat, streamed or whole.
struct CohereDecoder: PayloadDecoder {
  private let context: ResponseContext
  private var event = CohereEvent()
  private var templates: Templates<CohereEvent>
  private var blocks = CohereBlocks()
  private var calls: ToolCallAssembler
  private var start = ResponseStart()
  private var isStarted = false
  private var isOver = false
  private(set) var nativeFinish: String?
  private(set) var reportedFailure: SpateError?
  private var reports = UsageReports(CohereCount.fields)
  private var metadata = JSONObject()
  /// A whole answer held bytes that are no UTF-8.
  private var hasRepairs = false

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
    calls = ToolCallAssembler(choice: 0, limit: context.toolCallLimit, argumentsLimit: context.toolArgumentsLimit)
  }

  var isComplete: Bool { nativeFinish != nil || isOver }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    // A mark behind the last word says nothing; without that word it is no end.
    if ChatDecoder.isLastWord(data) { return .heartbeat }
    if case .error = type { throw ErrorBody(Array(copying: data), context: context).inStream }
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let isObject = event.read(&json, by: &templates).isObject
        if !isObject { json.skip() }
        try json.finish()
        guard isObject else {
          failure = SpateError(.decode, "the provider sent JSON that is no object")
          return
        }
        do throws(SpateError) { try take(json, into: &events) } catch { failure = error }
      }
    } catch { failure = SpateError(wire: error) }
    guard var failure else { return isOver ? .lastEvent : .event }
    if failure.body.isEmpty { failure.body = Array(copying: data) }
    throw failure
  }

  // MARK: One event

  private mutating func take(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let type = event.type else {
      // Rule C6: without a type it is an error, or nothing that is known.
      if event.error != nil || event.message != nil { throw ErrorBody(json.wholeValue(), context: context).inStream }
      return giveRaw("", json, into: &events)
    }
    if json.equals(type, "content-delta") || json.equals(type, "content-start") {
      try takeContent(json, into: &events)
    } else if json.equals(type, "tool-call-delta") || json.equals(type, "tool-call-start") {
      try takeTool(json, into: &events)
    } else if json.equals(type, "tool-plan-delta") {
      begin(into: &events)
      if let plan = event.toolPlan { blocks.add(plan: plan, in: json, into: &events) }
    } else if json.equals(type, "citation-start") {
      begin(into: &events)
      if let citation = event.citations { blocks.add(citation: json.value(of: citation), into: &events) }
    } else if json.equals(type, "message-start") {
      if let id = event.id, !id.isEmpty { start.id = json.text(of: id) }
      begin(into: &events)
    } else if json.equals(type, "message-end") {
      try takeEnd(json, into: &events)
    } else if json.equals(type, "error") {
      throw ErrorBody(json.wholeValue(), context: context).inStream
    } else if !json.equals(type, "content-end"), !json.equals(type, "tool-call-end"),
      !json.equals(type, "citation-end")
    {
      // Rule N5.
      giveRaw(json.text(of: type), json, into: &events)
    }
  }

  private func giveRaw(_ type: String, _ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    events.append(.raw(RawEvent(type: type, bytes: json.wholeValue().bytes)))
  }

  private mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    events.append(.start(start))
  }

  private mutating func takeContent(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    begin(into: &events)
    let index = event.index.flatMap { json.integer($0) } ?? 0
    if let text = event.thinking { try blocks.add(text, isThought: true, at: index, in: json, into: &events) }
    if let text = event.text { try blocks.add(text, isThought: false, at: index, in: json, into: &events) }
    if let logprobs = event.logprobs {
      events.append(.logprobs(LogprobsDelta(choice: 0, native: json.value(of: logprobs))))
    }
    // A kind of content that is new to us.
    if event.text == nil, event.thinking == nil, event.contentType != nil {
      giveRaw("content", json, into: &events)
    }
  }

  private mutating func takeTool(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    begin(into: &events)
    guard var tool = event.tool else { return }
    tool.index = event.index
    try calls.add(tool, .first, in: json, responseID: start.id, into: &events)
  }

  private mutating func takeEnd(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    begin(into: &events)
    if let usage = event.usage { takeUsage(json.value(of: usage), into: &events) }
    if let finish = event.finish { nativeFinish = json.text(of: finish) }
    if let error = event.error, let words = json.value(of: error).string, !words.isEmpty {
      reportedFailure = ErrorBody(["message": .string(words)], context: context).inStream
    } else {
      noteFailure()
    }
    isOver = true
  }

  /// A finish that is an error, and nothing that says which (rule C12).
  private mutating func noteFailure() {
    guard let word = nativeFinish, FinishReason(cohere: word) == .error else { return }
    let words = DisplayText.bounded(word, limit: 100)
    reportedFailure = SpateError(.provider, "the provider broke the answer off with an error: \(words)")
  }

  // MARK: A whole answer

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let value: JSONValue
    do throws(WireError) {
      value = try JSONScanner.scan(data) { (json) throws(WireError) in
        let value = json.value()
        hasRepairs = json.hasIllFormedText
        return value
      }
    } catch { throw SpateError(wire: error) }
    guard var fields = value.object, let message = fields["message"]?.object else {
      if value["message"] != nil || value["error"] != nil || value[0] != nil {
        throw ErrorBody(value, context: context).inStream
      }
      var error = SpateError(.decode, "the answer has no message")
      error.body = Array(copying: data)
      throw error
    }
    start.id = fields["id"]?.string
    begin(into: &events)
    try take(message, into: &events)
    for entry in fields["logprobs"]?.array ?? [] {
      events.append(.logprobs(LogprobsDelta(choice: 0, native: entry)))
    }
    if let usage = fields["usage"] { takeUsage(usage, into: &events) }
    nativeFinish = fields["finish_reason"]?.string
    noteFailure()
    for name in ["id", "message", "usage", "logprobs", "finish_reason"] { fields[name] = nil }
    metadata = fields
  }

  private mutating func take(_ message: JSONObject, into events: inout [StreamEvent]) throws(SpateError) {
    if let plan = message["tool_plan"]?.string { blocks.add(plan: plan, into: &events) }
    if let text = message["content"]?.string { try blocks.add(text, isThought: false, at: 0, into: &events) }
    for (index, block) in (message["content"]?.array ?? []).enumerated() {
      switch block["type"]?.string {
      case "thinking":
        try blocks.add(block["thinking"]?.string ?? "", isThought: true, at: index, into: &events)
      case "text", nil:
        try blocks.add(block["text"]?.string ?? "", isThought: false, at: index, into: &events)
      case let type?: events.append(.raw(RawEvent(type: "content.\(type)", bytes: block.bytes)))
      }
    }
    for call in message["tool_calls"]?.array ?? [] { try add(call, into: &events) }
    for citation in message["citations"]?.array ?? [] { blocks.add(citation: citation, into: &events) }
  }

  /// A call of a whole answer, by the same code as one that streams.
  private mutating func add(_ call: JSONValue, into events: inout [StreamEvent]) throws(SpateError) {
    let bytes = JSONValue.object(["delta": ["message": ["tool_calls": call]]]).bytes
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(bytes.span) { (json) throws(WireError) in
        _ = event.read(&json)
        try json.finish()
        guard let tool = event.tool else { return }
        do throws(SpateError) {
          try calls.add(tool, .alone, in: json, responseID: start.id, into: &events)
        } catch { failure = error }
      }
    } catch { failure = SpateError(wire: error) }
    if let failure { throw failure }
  }

  // MARK: Usage

  private mutating func takeUsage(_ value: JSONValue, into events: inout [StreamEvent]) {
    reports.take(value, into: &events) { Usage(cohere: &$0) }
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    let reason = reason(into: &events)
    blocks.flush(into: &events)
    // Rule T8.
    let isWhole = ![.length, .error, .contentFilter].contains(reason)
    calls.finish(isWhole: isWhole, responseID: start.id, into: &events)
    warnOfRepairs(into: &events)
    events.append(.finish(Finish(reason: reason, native: nativeFinish, metadata: metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    blocks.flush(into: &events)
    calls.flush(responseID: start.id, into: &events)
    warnOfRepairs(into: &events)
  }

  private func reason(into events: inout [StreamEvent]) -> FinishReason {
    guard let word = nativeFinish else {
      events.append(
        .warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    let reason = FinishReason(cohere: word)
    if reason == .unknown {
      let shown = DisplayText.bounded(word, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = blocks.repairs + calls.repairs + (hasRepairs ? 1 : 0)
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
