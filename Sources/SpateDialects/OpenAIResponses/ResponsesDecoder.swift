// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of OpenAI's Responses, streamed or whole, of any provider.
///
/// One code for both (rule D16): a whole answer is read like the last event of a stream, which repeats all of it.
struct ResponsesDecoder: PayloadDecoder {
  let context: ResponseContext
  private var items: ResponsesItems
  private var start = ResponseStart()
  private var isStarted = false
  private var event = ResponsesEvent()
  private var templates: Templates<ResponsesEvent>
  private var plain = PlainDelta()
  private var reports = UsageReports(ChatCount.fields)
  /// How the response ended; nil while it has not.
  private var status: ResponsesStatus?
  /// What an `error` event said: `response.failed` mostly follows it.
  private var pending: SpateError?
  private var metadata = JSONObject()
  /// The last event's, which a stream can be resumed after.
  private var sequence: Int?
  /// Events up to this one were read in another response (rule R9).
  private var resumedAfter: Int?
  /// The provider keeps the response while it works on it, so that its rest can be asked for.
  private var isBackground = false
  /// Texts of whole values that were repaired.
  private var repairs = 0

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
    items = ResponsesItems(context: context)
  }

  /// OpenAI keeps the events of background responses only.
  var cursor: StreamCursor? {
    guard isBackground, let id = start.id else { return nil }
    return StreamCursor(responseID: id, lastEvent: sequence)
  }

  mutating func resume() {
    resumedAfter = sequence
    // Plain deltas are not asked for their number.
    templates.forget()
  }

  var isComplete: Bool { status != nil || pending != nil }

  var nativeFinish: String? { status?.native }

  /// An `error` event that nothing followed.
  var reportedFailure: SpateError? { pending }

  /// `[DONE]`, which some servers add.
  static func isLastWord(_ data: Span<UInt8>) -> Bool { ChatDecoder.isLastWord(data) }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if Self.isLastWord(data) { return .endMark }
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    var step = PayloadStep.event
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let reading = event.read(&json, by: &templates)
        if case .plain = reading { return takePlain(json, into: &events) }
        let isObject = reading.isObject
        if !isObject { json.skip() }
        try json.finish()
        do throws(SpateError) {
          if isObject {
            step = try take(json, type, into: &events)
            if case .learned = reading { notePlain(json) }
          } else if case .error = type {
            throw ErrorBody(json.wholeValue(), context: context).inStream
          } else {
            throw SpateError(.decode, "the provider sent JSON that is no object")
          }
        } catch { failure = error }
      }
    } catch { failure = SpateError(wire: error) }
    if var failure {
      if failure.body.isEmpty { failure.body = Array(copying: data) }
      throw failure
    }
    return step
  }

  /// New words of a part, and nothing else but the event's number.
  @inline(__always)
  private mutating func takePlain(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    if let number = plain.number, let value = json.integer(templates.current[number]) { sequence = value }
    let words = templates.current[plain.hole]
    items.takePlain(words, plain, json, into: &events)
  }

  /// Whether events like the one that was read give nothing but new words to the same part.
  private mutating func notePlain(_ json: borrowing JSONScanner) {
    guard case .delta(let kind) = event.kind, kind != .refusal, event.logprobs == nil, resumedAfter == nil,
      let hole = templates.hole(of: event.delta), let item = items.find(event, json),
      let part = items.plainPart(kind, event.partIndex.flatMap { json.integer($0) } ?? 0, of: item)
    else { return }
    let number = templates.hole(of: event.sequence)
    guard (number == nil) == (event.sequence == nil) else { return }
    plain = PlainDelta(hole: hole, place: item, part: part, isThought: kind != .text, number: number)
    templates.current.isPlain = true
  }

  /// The text is valid as a whole: now its parts count.
  private mutating func take(
    _ json: borrowing JSONScanner, _ label: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if let slice = event.sequence, let number = json.integer(slice) {
      if let resumedAfter, number <= resumedAfter { return .event }
      sequence = number
    }
    switch event.kind {
    case .delta(let part):
      begin(into: &events)
      try items.delta(part, event, json, into: &events)
    case .done(let part):
      begin(into: &events)
      try items.fill(part, event, json, into: &events)
    case .argumentsDelta:
      begin(into: &events)
      try items.argumentsDelta(event, json, into: &events)
    case .argumentsDone:
      begin(into: &events)
      try items.argumentsDone(event, json, into: &events)
    case .itemAdded, .itemDone, .partDone, .summaryPartDone, .annotation:
      begin(into: &events)
      if json.hasIllFormedText { repairs += 1 }
      try takeValue(json, into: &events)
    case .state:
      if let slice = event.response { takeNames(json.value(of: slice)) }
      begin(into: &events)
    case .end(let word):
      if event.hasExtra { keep(json.wholeValue(), without: Self.eventNames) }
      try end(event.response.map { json.value(of: $0) } ?? [:], "\(word)", into: &events)
      return .lastEvent
    case .error: note(json.wholeValue())
    case .heartbeat: return .heartbeat
    case .silent: break
    case .other: try takeOther(json, label, into: &events)
    }
    return .event
  }

  private mutating func takeValue(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let place = ResponsesItems.Place(event, json)
    switch event.kind {
    case .itemAdded: if let slice = event.item { try items.begin(json.value(of: slice), at: place, into: &events) }
    case .itemDone: if let slice = event.item { try items.end(json.value(of: slice), at: place, into: &events) }
    case .partDone, .summaryPartDone:
      let isSummary = if case .summaryPartDone = event.kind { true } else { false }
      if let slice = event.part { try items.fill(json.value(of: slice), isSummary, at: place, into: &events) }
    case .annotation:
      let number = event.annotationIndex.flatMap { json.integer($0) }
      if let slice = event.annotation { try items.cite(json.value(of: slice), number, at: place, into: &events) }
    default: break
    }
  }

  /// Of an event that has no name here, an error counts (rule C6), and everything else is passed on (rule N5).
  private mutating func takeOther(
    _ json: borrowing JSONScanner, _ label: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let value = json.wholeValue()
    let isLabelled = if case .error = label { true } else { false }
    if isLabelled || event.error != nil && event.type == nil { throw ErrorBody(value, context: context).inStream }
    let type = event.type.map { json.text(of: $0) } ?? ""
    events.append(.raw(RawEvent(type: type, bytes: value.bytes)))
  }

  /// An error, nested as it comes or flat as it is documented. It is thrown once the response has failed, which tells
  /// its status, or the body has ended.
  private mutating func note(_ report: JSONValue) {
    var fields = report.object ?? [:]
    for name in ["type", "sequence_number"] { fields[name] = nil }
    if fields["error"].map(\.isNull) == false { fields = ["error": fields["error"] ?? nil] }
    pending = ErrorBody(.object(fields), context: context).inStream
  }

  // MARK: The response

  /// The first of each that is not blank counts (rules D3, D17).
  private mutating func takeNames(_ response: JSONValue) {
    if response["background"]?.bool == true { isBackground = true }
    guard !isStarted else { return }
    func text(_ name: String) -> String? { response[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    start.id = start.id ?? text("id")
    start.model = start.model ?? text("model")
    start.created = start.created ?? response["created_at"]?.int
  }

  private mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    items.responseID = start.id
    events.append(.start(start))
  }

  /// The whole response, as it ended: what of it did not come before is given out now (rule N15).
  private mutating func end(
    _ response: JSONValue, _ word: String?, into events: inout [StreamEvent]
  ) throws(SpateError) {
    takeNames(response)
    begin(into: &events)
    var status = ResponsesStatus(response) ?? word.map { ResponsesStatus($0) }
    // An event says more than a status that was left as it was.
    if let word, status?.isOpen == true { status = ResponsesStatus(word) }
    self.status = status
    for (index, item) in (response["output"]?.array ?? []).enumerated() {
      try items.complete(item, at: index, into: &events)
    }
    if let report = response["usage"] { take(report, into: &events) }
    keep(response, without: Self.responseNames)
    switch status?.word {
    case "failed"?: throw failure(response["error"])
    case "cancelled"?: throw SpateError(.cancelled, "the response was cancelled at the provider")
    default: if let pending { throw pending }
    }
  }

  private func failure(_ error: JSONValue?) -> SpateError {
    if let error, !error.isNull { return ErrorBody(["error": error], context: context).inStream }
    return pending ?? SpateError(.provider, "the provider says that the response failed, and not why")
  }

  private mutating func take(_ value: JSONValue, into events: inout [StreamEvent]) {
    reports.take(value, into: &events) { Usage(chat: &$0) }
  }

  private static let eventNames: Set = ["type", "sequence_number", "response"]

  /// Names of our own, and what of the request the response repeats.
  private static let responseNames: Set = [
    "object", "id", "created_at", "model", "output", "output_text", "usage", "status", "error", "instructions", "input",
    "tools", "tool_choice", "parallel_tool_calls", "text", "temperature", "top_p", "top_logprobs", "max_output_tokens",
    "max_tool_calls", "truncation", "reasoning", "user", "safety_identifier", "frequency_penalty", "presence_penalty",
    "prompt_cache_retention", "prompt_cache_key", "incomplete_details", "store", "background", "metadata",
  ]

  /// What else the provider says, by its own names: `service_tier`, `previous_response_id`, `content_filters`, ...
  private mutating func keep(_ value: JSONValue, without names: Set<String>) {
    for (key, value) in value.object?.members ?? [] where !value.isNull && !names.contains(key) {
      if metadata.members.count < 64 || metadata[key] != nil { metadata[key] = value }
    }
  }

  // MARK: A whole answer

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let response: JSONValue
    do throws(WireError) {
      response = try JSONScanner.scan(data) { (json) throws(WireError) in
        let value = json.value()
        if json.hasIllFormedText { repairs += 1 }
        return value
      }
    } catch { throw SpateError(wire: error) }
    let hasOutput = response["output"]?.array != nil
    if !hasOutput, response["error"].map({ !$0.isNull }) ?? (response[0]?["error"] != nil) {
      throw ErrorBody(response, context: context).inStream
    }
    guard hasOutput || response["status"]?.string != nil else {
      var error = SpateError(.decode, "the answer has no output")
      error.body = Array(copying: data)
      throw error
    }
    do throws(SpateError) { try end(response, nil, into: &events) } catch {
      var error = error
      error.body = Array(copying: data)
      throw error
    }
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    items.endAll(into: &events)
    let reason = finishReason(into: &events)
    // Rule T8: a call that a limit or a filter cut is not run, even if its JSON happens to be closed.
    let outcome = status?.outcome(of: reason) ?? Outcome(reason)
    items.giveCalls(isWhole: outcome == .complete || outcome == .refused, into: &events)
    warnOfRepairs(into: &events)
    if let sequence { metadata["sequence_number"] = .number(JSONNumber(sequence)) }
    events.append(.finish(Finish(reason: reason, native: status?.native, outcome: outcome, metadata: metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    items.flush(into: &events)
    warnOfRepairs(into: &events)
    if let sequence { events.append(.metadata(["sequence_number": .number(JSONNumber(sequence))])) }
  }

  private func finishReason(into events: inout [StreamEvent]) -> FinishReason {
    guard let status else {
      events.append(.warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    let reason = status.finish(hasCalls: items.hasCalls, hasRefused: items.hasRefused)
    if reason == .unknown {
      let shown = DisplayText.bounded(status.native, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = self.repairs + items.repairs
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
