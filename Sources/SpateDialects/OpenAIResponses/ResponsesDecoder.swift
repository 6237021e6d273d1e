// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of OpenAI's Responses, streamed or whole, of any provider.
///
/// One code for both (rule D16): a whole answer is read like the last event of a stream, which repeats all of it.
struct ResponsesDecoder: PayloadDecoder {
  let context: ResponseContext
  var items: ResponsesItems
  private var start = ResponseStart()
  private var isStarted = false
  private var event = ResponsesEvent()
  private var templates: Templates<ResponsesEvent>
  private var plain = PlainDelta()
  private var reports = UsageReports(ChatCount.fields)
  /// How the response ended; nil while it has not.
  var status: ResponsesStatus?
  /// What an `error` event said: `response.failed` mostly follows it.
  private(set) var pending: SpateError?
  var metadata = JSONObject()
  /// The last event's, which a stream can be resumed after.
  private(set) var sequence: Int?
  /// Events up to this one were read in another response (rule R9).
  private var resumedAfter: Int?
  /// The provider keeps the response while it works on it, so that its rest can be asked for.
  private var isBackground = false
  /// Texts of whole values that were repaired.
  private(set) var repairs = 0

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
  mutating func takeNames(_ response: JSONValue) {
    if response["background"]?.bool == true { isBackground = true }
    guard !isStarted else { return }
    func text(_ name: String) -> String? { response[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    start.id = start.id ?? text("id")
    start.model = start.model ?? text("model")
    start.created = start.created ?? response["created_at"]?.int
  }

  mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    items.responseID = start.id
    events.append(.start(start))
  }

  mutating func take(_ value: JSONValue, into events: inout [StreamEvent]) {
    reports.take(value, into: &events) { Usage(chat: &$0) }
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
}
