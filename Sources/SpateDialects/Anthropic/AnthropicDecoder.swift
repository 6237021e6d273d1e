// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of Anthropic's Messages, streamed or whole.
///
/// One code for both (rule D16): a whole answer is read as blocks that begin and end at once.
struct AnthropicDecoder: PayloadDecoder {
  let context: ResponseContext
  var blocks = AnthropicBlocks()
  private var start = ResponseStart()
  private var isStarted = false
  private var event = AnthropicEvent()
  private var templates: Templates<AnthropicEvent>
  private var plain = PlainDelta()
  private var reports = UsageReports(AnthropicCount.fields)
  private var stopReason: String?
  private var metadata = JSONObject()
  /// Texts of whole values that were repaired.
  private var repairs = 0

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
  }

  /// A reason is all that an answer needs to be over; `message_stop` only follows it.
  var isComplete: Bool { stopReason != nil }

  var nativeFinish: String? { stopReason }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if case .error = type { throw ErrorBody(Array(copying: data), context: context).inStream }
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    var step = PayloadStep.event
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let reading = event.read(&json, by: &templates)
        if case .plain = reading {
          let words = templates.current[plain.hole]
          return blocks.takePlain(words, plain, json, into: &events)
        }
        let isObject = reading.isObject
        if !isObject { json.skip() }
        try json.finish()
        guard isObject else {
          failure = SpateError(.decode, "the provider sent JSON that is no object")
          return
        }
        do throws(SpateError) { step = try take(json, into: &events) } catch { failure = error }
        if case .learned = reading { notePlain(json) }
      }
    } catch { failure = SpateError(wire: error) }
    if var failure {
      if failure.body.isEmpty { failure.body = Array(copying: data) }
      throw failure
    }
    return step
  }

  /// Whether events like the one that was read give nothing but new words to the same block.
  private mutating func notePlain(_ json: borrowing JSONScanner) {
    guard case .blockDelta = event.kind, let hole = templates.hole(of: event.text ?? event.thinking),
      let place = blocks.plainPlace(of: event, index(json))
    else { return }
    plain = PlainDelta(hole: hole, place: place, isThought: event.thinking != nil)
    templates.current.isPlain = true
  }

  /// The text is valid as a whole: now its parts count.
  private mutating func take(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    switch event.kind {
    case .blockDelta:
      begin(into: &events)
      try blocks.take(event, json, context, into: &events)
    case .blockStart:
      begin(into: &events)
      guard let block = event.block else { break }
      if json.hasIllFormedText { repairs += 1 }
      try blocks.begin(json.value(of: block), at: index(json), context, into: &events)
    case .blockStop: blocks.end(at: index(json), into: &events)
    case .messageStart:
      guard let message = event.message.map({ json.value(of: $0) }) else { break }
      takeMessage(message, into: &events)
      if let report = message["usage"] { take(report, into: &events) }
    case .messageDelta: takeDelta(json, into: &events)
    case .messageStop:
      keep(json.wholeValue(), without: ["type"])
      return .lastEvent
    case .ping: return .heartbeat
    case .error: throw ErrorBody(json.wholeValue(), context: context).inStream
    case .other: try takeOther(json, into: &events)
    }
    return .event
  }

  /// Of an event that has no name here, an error counts (rule C6), and everything else is passed on (rule N5).
  private func takeOther(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) throws(SpateError) {
    let value = json.wholeValue()
    if event.error != nil { throw ErrorBody(value, context: context).inStream }
    // A gateway may forget the type of a whole event, but never that of all of them.
    let type = event.type.map { json.text(of: $0) } ?? ""
    events.append(.raw(RawEvent(type: type, bytes: value.bytes)))
  }

  private func index(_ json: borrowing JSONScanner) -> Int { event.index.flatMap { json.integer($0) } ?? 0 }

  // MARK: The message

  private mutating func takeMessage(_ message: JSONValue, into events: inout [StreamEvent]) {
    if !isStarted {
      start.id = message["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
      start.model = message["model"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    begin(into: &events)
    keep(message, without: Self.messageNames)
    if let word = message["stop_reason"]?.string { takeReason(word) }
    takeRefusal(message["stop_details"], into: &events)
  }

  private static let messageNames: Set = ["type", "id", "role", "model", "content", "stop_reason", "usage"]

  private mutating func takeDelta(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    begin(into: &events)
    if let word = event.stopReason { takeReason(json.text(of: word)) }
    if let slice = event.delta {
      let delta = json.value(of: slice)
      keep(delta, without: ["stop_reason"])
      takeRefusal(delta["stop_details"], into: &events)
    }
    keep(json.wholeValue(), without: ["type", "delta", "usage", "index"])
    if let usage = event.usage { take(json.value(of: usage), into: &events) }
  }

  /// "" and "null" are no reasons (rule D5); a later one replaces an earlier one (rule C13).
  private mutating func takeReason(_ word: String) {
    if !word.isEmpty, word != "null" { stopReason = word }
  }

  /// The words that stand beside the reason.
  private func takeRefusal(_ details: JSONValue?, into events: inout [StreamEvent]) {
    guard details?["type"] == "refusal", let words = details?["explanation"]?.string, !words.isEmpty else { return }
    events.append(.refusal(TextDelta(words)))
  }

  private mutating func take(_ report: JSONValue, into events: inout [StreamEvent]) {
    reports.take(report, into: &events) { Usage(anthropic: &$0) }
  }

  /// What else the provider says, by its own names: `stop_sequence`, `stop_details`, `container`, ...
  private mutating func keep(_ value: JSONValue, without names: Set<String>) {
    for (key, value) in value.object?.members ?? [] where !value.isNull && !names.contains(key) {
      if metadata.members.count < 64 || metadata[key] != nil { metadata[key] = value }
    }
  }

  private mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    events.append(.start(start))
  }

  // MARK: A whole answer

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let message: JSONValue
    do throws(WireError) {
      message = try JSONScanner.scan(data) { (json) throws(WireError) in
        let value = json.value()
        if json.hasIllFormedText { repairs += 1 }
        return value
      }
    } catch { throw SpateError(wire: error) }
    if message["type"] == "error" || message["error"].map({ !$0.isNull }) == true {
      throw ErrorBody(message, context: context).inStream
    }
    guard let content = message["content"]?.array else {
      var error = SpateError(.decode, "the answer has no content")
      error.body = Array(copying: data)
      throw error
    }
    takeMessage(message, into: &events)
    for (index, block) in content.enumerated() {
      try blocks.begin(block, at: index, context, into: &events)
      blocks.end(at: index, into: &events)
    }
    // After what it counts, as in a stream.
    if let report = message["usage"] { take(report, into: &events) }
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    blocks.endAll(into: &events)
    let reason = finishReason(into: &events)
    // Rule T8: a call that a limit or a refusal cut is not run, even if its JSON happens to be closed.
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
    let reason = FinishReason(anthropic: word)
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
