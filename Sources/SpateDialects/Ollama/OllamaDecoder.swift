// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of Ollama's `/api/chat`, streamed or whole: a whole answer is the one line of its stream.
struct OllamaDecoder: PayloadDecoder {
  typealias Framing = LineFraming

  private let context: ResponseContext
  private var line = OllamaLine()
  private var templates: Templates<OllamaLine>
  private var plain = PlainDelta()
  private var content = TextJoiner()
  private var thinking = TextJoiner()
  private var calls: ToolCallAssembler
  private var extras = ExtraFields()
  private var reports = UsageReports(OllamaCount.fields)
  private var isStarted = false
  /// What our ids of calls begin with: when the answer began, for it has no id.
  private var mark: String?
  private var isDone = false
  private(set) var nativeFinish: String?

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
    calls = ToolCallAssembler(
      choice: 0, limit: context.toolCallLimit, argumentsLimit: context.toolArgumentsLimit,
      mintedSeal: ToolCall.mintedByOllama)
  }

  /// Only `"done": true` ends an answer; it is the last word too.
  var isComplete: Bool { isDone }

  mutating func event(
    _ data: Span<UInt8>, type: Void, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    try decode(data, into: &events)
    return isDone ? .lastEvent : .event
  }

  /// The framing knows no documents.
  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    try decode(data, into: &events)
    guard isDone else { throw SpateError(.truncated, "the answer ended before the model did") }
  }

  // MARK: One line

  private mutating func decode(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let reading = line.read(&json, by: &templates)
        if case .plain = reading { return takePlain(json, into: &events) }
        let isObject = reading.isObject
        if !isObject { json.skip() }
        try json.finish()
        guard isObject else {
          failure = SpateError(.decode, "the provider sent JSON that is no object")
          return
        }
        do throws(SpateError) { try take(json, into: &events) } catch { failure = error }
        if case .learned = reading { notePlain() }
      }
    } catch { failure = SpateError(wire: error) }
    guard var failure else { return }
    if failure.body.isEmpty { failure.body = Array(copying: data) }
    throw failure
  }

  /// New words, and nothing else that was not said before.
  @inline(__always)
  private mutating func takePlain(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    let slice = templates.current[plain.hole]
    let text = plain.isThought ? thinking.text(of: slice, in: json) : content.text(of: slice, in: json)
    events.add(text, isThought: plain.isThought)
  }

  /// Whether lines like the one that was read say nothing but new words.
  private mutating func notePlain() {
    guard line.error == nil, line.hasMessage, !line.isDone, line.tools.isEmpty, line.logprobs == nil,
      line.extras.isEmpty, line.doneReason == nil, line.inputCount == nil, line.outputCount == nil,
      (line.content == nil) != (line.thinking == nil),
      let hole = templates.hole(of: line.content ?? line.thinking)
    else { return }
    plain = PlainDelta(hole: hole, isThought: line.content == nil)
    templates.current.isPlain = true
  }

  private mutating func take(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    // Rule C10: an error on any line, whatever else it holds.
    if let error = line.error { try fail(json.value(of: error), json) }
    guard line.hasMessage || line.isDone else {
      throw SpateError(.decode, "a line of the answer has neither a message nor an end")
    }
    guard !line.isOverfull else {
      throw SpateError(.limit, "a line has more tool calls than the limit of \(ChatChunk.entryLimit)")
    }
    begin(json, into: &events)
    if let slice = line.thinking {
      let text = thinking.text(of: slice, in: json)
      if !text.isEmpty { events.append(.reasoning(TextDelta(text))) }
    }
    if let slice = line.content {
      let text = content.text(of: slice, in: json)
      if !text.isEmpty { events.append(.text(TextDelta(text))) }
    }
    for tool in line.tools { try calls.add(tool, .alone, in: json, responseID: mark, into: &events) }
    if let slice = line.logprobs { events.append(.logprobs(LogprobsDelta(choice: 0, native: json.value(of: slice)))) }
    for (place, extra) in line.extras.enumerated() { extras.add(extra, in: json, near: place) }
    if let slice = line.doneReason {
      let word = json.text(of: slice)
      if !word.isEmpty { nativeFinish = word }
    }
    if line.inputCount != nil || line.outputCount != nil { takeUsage(json, into: &events) }
    isDone = line.isDone
  }

  /// null, false and blank are no errors.
  private func fail(_ value: JSONValue, _ json: borrowing JSONScanner) throws(SpateError) {
    if value == "" || value == [:] || value == [] || value == false { return }
    throw ErrorBody(json.wholeValue(), context: context).inStream
  }

  private mutating func begin(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    var start = ResponseStart()
    if let slice = line.model, !slice.isEmpty { start.model = json.text(of: slice) }
    if let slice = line.createdAt {
      let text = json.text(of: slice)
      start.created = Timestamp.seconds(of: text)
      // Letters and digits only: other providers refuse ids with colons.
      let digits = text.unicodeScalars.filter { ("0"..."9").contains($0) }
      if !digits.isEmpty { mark = String(String.UnicodeScalarView(digits.prefix(40))) }
    }
    events.append(.start(start))
  }

  private mutating func takeUsage(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    var report: JSONObject = [:]
    report["prompt_eval_count"] = line.inputCount.map { json.value(of: $0) }
    report["eval_count"] = line.outputCount.map { json.value(of: $0) }
    reports.take(.object(report), into: &events) { Usage(ollama: &$0) }
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    let reason = reason(into: &events)
    flushText(into: &events)
    // Rule T8.
    calls.finish(isWhole: reason != .length && reason != .error, responseID: mark, into: &events)
    warnOfRepairs(into: &events)
    events.append(.finish(Finish(reason: reason, native: nativeFinish, metadata: extras.metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    flushText(into: &events)
    calls.flush(responseID: mark, into: &events)
    warnOfRepairs(into: &events)
  }

  /// Ollama says "stop" of calls too (rules N8, N9).
  private func reason(into events: inout [StreamEvent]) -> FinishReason {
    guard let word = nativeFinish else {
      events.append(
        .warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    let reason = FinishReason(ollama: word)
    if reason == .unknown {
      let shown = DisplayText.bounded(word, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason == .stop && calls.hasCalls ? .toolCalls : reason
  }

  private mutating func flushText(into events: inout [StreamEvent]) {
    if let text = thinking.finish() { events.append(.reasoning(TextDelta(text))) }
    if let text = content.finish() { events.append(.text(TextDelta(text))) }
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = content.repairs + thinking.repairs + calls.repairs
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}

/// What the last line counts.
enum OllamaCount: Int, UsageField {
  case input, output

  /// Made once.
  static let fields = UsageFields(OllamaCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .input: (nil, "prompt_eval_count")
    case .output: (nil, "eval_count")
    }
  }
}

extension Usage {
  /// Ollama tells neither cached tokens nor thoughts apart.
  fileprivate init(ollama reports: inout UsageReports) {
    self.init(input: reports.count(OllamaCount.input), output: reports.count(OllamaCount.output))
    (buckets.uncachedInput, buckets.textOutput) = (input, output)
  }
}

extension FinishReason {
  /// The reason behind Ollama's word, which is an open text. `load` and `unload` answer requests without messages: they
  /// are no model's stop (rule C10).
  init(ollama word: String) {
    self =
      switch word {
      case "stop": .stop
      case "length": .length
      case "tool_calls": .toolCalls
      case "content_filter": .contentFilter
      case "error": .error
      default: .unknown
      }
  }

  /// Ollama's word; those that it does not have are OpenAI's.
  var ollamaWord: String {
    switch self {
    case .stop, .toolCalls, .refusal, .pause, .unknown: "stop"
    case .length: "length"
    case .contentFilter: "content_filter"
    case .error: "error"
    }
  }
}
