// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of Bedrock's Converse, streamed or whole.
struct ConverseDecoder: PayloadDecoder {
  typealias Framing = EventStreamFraming

  let context: ResponseContext
  private var blocks: ConverseBlocks
  private var isStarted = false
  private var event = ConverseEvent()
  private var templates: Templates<ConverseEvent>
  private var reports = UsageReports(ConverseCount.fields)
  private var stopReason: String?
  private var metadata = JSONObject()
  /// Texts of whole values that were repaired.
  private var repairs = 0

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
    blocks = ConverseBlocks(context: context)
  }

  /// A reason is all that an answer needs to be over; the metadata only follow it.
  var isComplete: Bool { stopReason != nil }

  var nativeFinish: String? { stopReason }

  /// `malformed_model_output`, `malformed_tool_use`.
  var reportedFailure: SpateError? {
    guard let word = stopReason, FinishReason(converse: word) == .error else { return nil }
    var error = SpateError(.provider, "the model wrote what Bedrock could not read: \(word)")
    error.providerCode = word
    return error
  }

  mutating func event(
    _ data: Span<UInt8>, type: EventStreamFraming.Label, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if let failure = type.failure(data, context: context) { throw failure }
    var step = PayloadStep.event
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
        do throws(SpateError) { step = try take(json, type.type, into: &events) } catch { failure = error }
      }
    } catch { failure = SpateError(wire: error) }
    if var failure {
      if failure.body.isEmpty { failure.body = Array(copying: data) }
      throw failure
    }
    return step
  }

  /// The text is valid as a whole: now its parts count.
  private mutating func take(
    _ json: borrowing JSONScanner, _ type: String, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    // The frequent one first.
    switch type {
    case "contentBlockDelta":
      begin(into: &events)
      try blocks.take(event, json, into: &events)
    case "contentBlockStart":
      begin(into: &events)
      try blocks.begin(event.start.map { json.value(of: $0) }, at: index(json), into: &events)
    case "contentBlockStop": blocks.end(at: index(json), into: &events)
    case "messageStart": begin(into: &events)
    case "messageStop":
      let value = json.wholeValue()
      if let word = value["stopReason"]?.string { takeReason(word) }
      keep(value, without: ["stopReason", "p"])
    case "metadata":
      let value = json.wholeValue()
      if let report = value["usage"] { take(report, into: &events) }
      keep(value, without: ["usage", "p"])
      // The last event there is, when it stands in its place.
      return isComplete ? .lastEvent : .event
    default: events.append(.raw(RawEvent(type: type, bytes: json.wholeValue().bytes)))
    }
    if json.hasIllFormedText, type != "contentBlockDelta" { repairs += 1 }
    return .event
  }

  private func index(_ json: borrowing JSONScanner) -> Int { event.index.flatMap { json.integer($0) } ?? 0 }

  // MARK: The message

  /// "" is no reason (rule D5); a later one replaces an earlier one (rule C13).
  private mutating func takeReason(_ word: String) {
    if !word.isEmpty, word != "null" { stopReason = word }
  }

  private mutating func take(_ report: JSONValue, into events: inout [StreamEvent]) {
    reports.take(report, into: &events) { Usage(converse: &$0) }
  }

  /// What else the provider says, by its own names: `metrics`, `trace`, `additionalModelResponseFields`, ...
  private mutating func keep(_ value: JSONValue, without names: Set<String>) {
    for (key, value) in value.object?.members ?? [] where !value.isNull && !names.contains(key) {
      if metadata.members.count < 64 || metadata[key] != nil { metadata[key] = value }
    }
  }

  /// The id of an answer is in the head of its response only.
  private mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    events.append(.start(ResponseStart()))
  }

  // MARK: A whole answer

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let answer: JSONValue
    do throws(WireError) {
      answer = try JSONScanner.scan(data) { (json) throws(WireError) in
        let value = json.value()
        if json.hasIllFormedText { repairs += 1 }
        return value
      }
    } catch { throw SpateError(wire: error) }
    guard answer["output"] != nil || answer["stopReason"] != nil else {
      if answer["message"] != nil || answer["Message"] != nil || answer["error"] != nil {
        throw ErrorBody(answer, context: context).inStream
      }
      var error = SpateError(.decode, "the answer has no output")
      error.body = Array(copying: data)
      throw error
    }
    begin(into: &events)
    // The list can be missing.
    for (index, block) in (answer["output"]?["message"]?["content"]?.array ?? []).enumerated() {
      try blocks.take(block, at: index, into: &events)
    }
    if let word = answer["stopReason"]?.string { takeReason(word) }
    if let report = answer["usage"] { take(report, into: &events) }
    keep(answer, without: ["output", "stopReason", "usage"])
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    blocks.endAll(into: &events)
    let reason = finishReason(into: &events)
    // Rule T8: a call that a limit or a filter cut is not run, even if its JSON happens to be closed.
    let isWhole =
      switch reason {
      case .length, .error, .contentFilter, .refusal: false
      default: true
      }
    blocks.giveCalls(isWhole: isWhole, into: &events)
    warnOfRepairs(into: &events)
    events.append(.finish(Finish(reason: reason, native: stopReason, metadata: metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    blocks.endAll(into: &events)
    warnOfRepairs(into: &events)
  }

  private func finishReason(into events: inout [StreamEvent]) -> FinishReason {
    guard let word = stopReason else {
      events.append(.warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    let reason = FinishReason(converse: word)
    if reason == .unknown {
      let shown = DisplayText.bounded(word, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = self.repairs + blocks.repairs
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
