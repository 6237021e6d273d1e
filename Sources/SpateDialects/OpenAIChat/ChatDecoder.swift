// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of the OpenAI chat completions shape, streamed or whole, of any provider.
///
/// One code for both (rule D16): a whole answer is read like one chunk whose `message` is its delta.
struct ChatDecoder: PayloadDecoder {
  /// One of the answers.
  struct Choice: Sendable {
    var index: Int32
    var content = TextJoiner()
    var reasoning = TextJoiner()
    var refusal = TextJoiner()
    var hasRefused = false
    var finish: String?
    var calls: ToolCallAssembler
    /// A legacy function call; beside `tool_calls` it only repeats them.
    var function: ToolCallAssembler
  }

  // What every chunk touches comes first (docs/decisions/0023).
  private var templates: Templates<ChatChunk>
  private var plain = PlainDelta()
  var choices: [Choice] = []
  var chunk = ChatChunk()

  let context: ResponseContext
  var start = ResponseStart()
  var isStarted = false
  private(set) var extras = ExtraFields()
  private var reports = UsageReports(ChatCount.fields)

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
  }

  /// Each answer that began has its reason: with one of several still open, the stream is cut (rule C1).
  var isComplete: Bool { !choices.isEmpty && choices.allSatisfy { $0.finish != nil } }

  /// Where the first answer is. Places are handed on, for a choice is much to copy.
  var firstPlace: Int? { place(ofIndex: 0) ?? (choices.isEmpty ? nil : 0) }

  /// Where the answer with this index is.
  func place(ofIndex index: Int32) -> Int? {
    for place in choices.indices where choices[place].index == index { return place }
    return nil
  }

  /// Of the first answer.
  var nativeFinish: String? { firstPlace.flatMap { choices[$0].finish } }

  /// `finish_reason: "error"`, and nothing that says which (rule C7).
  var reportedFailure: SpateError? {
    guard let word = nativeFinish, word != "stop", FinishReason(chat: word) == .error else { return nil }
    return SpateError(.provider, "the provider broke the answer off with an error that it did not name")
  }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if Self.isLastWord(data) { return .endMark }
    if case .error = type { throw ErrorBody(Array(copying: data), context: context).inStream }
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    try decode(data, isWhole: false, into: &events)
    return .event
  }

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    try decode(data, isWhole: true, into: &events)
    guard !choices.isEmpty else {
      var error = SpateError(.decode, "the answer has no choices")
      error.body = Array(copying: data)
      throw error
    }
  }

  /// `[DONE]`, also with white space behind it (dialects.md, part 1).
  static func isLastWord(_ data: Span<UInt8>) -> Bool {
    guard data.count >= 6, data[0] == UInt8(ascii: "["), data.starts(with: "[DONE]") else { return false }
    for index in 6..<data.count where data[index] > 0x20 { return false }
    return true
  }

  // MARK: One chunk

  private mutating func decode(
    _ data: Span<UInt8>, isWhole: Bool, into events: inout [StreamEvent]
  ) throws(SpateError) {
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let reading =
          isWhole
          ? chunk.read(&json, isWhole: true) ? .whole : .noObject
          : chunk.read(&json, by: &templates)
        if case .plain = reading { return takePlain(json, into: &events) }
        let isObject = reading.isObject
        if !isObject { json.skip() }
        try json.finish()
        guard isObject else {
          // A list with an error in it, as Google's endpoints send (rule S11).
          let value = json.wholeValue()
          if value[0]?["error"] != nil {
            failure = ErrorBody(value, context: context).inStream
            return
          }
          var error = SpateError(.decode, "the provider sent JSON that is no object")
          error.body = Array(copying: data)
          failure = error
          return
        }
        do throws(SpateError) { try take(json, into: &events) } catch { failure = error }
        if case .learned = reading { notePlain(json) }
      }
    } catch {
      var mapped = SpateError(wire: error)
      mapped.body = Array(copying: data)
      failure = mapped
    }
    if let failure { throw failure }
  }

  /// New words, a new report of tokens, and nothing else that was not said before.
  @inline(__always)
  private mutating func takePlain(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    let slice = templates.current[plain.hole]
    let text =
      plain.isThought
      ? choices[plain.place].reasoning.text(of: slice, in: json)
      : choices[plain.place].content.text(of: slice, in: json)
    events.add(text, isThought: plain.isThought, choice: choices[plain.place].index)
    // Where it was when the template was learned.
    if let usage = chunk.usage { takeUsage(json, templates.current.moved(usage), into: &events) }
  }

  /// Whether chunks like the one that was read say nothing but new words and counts. What stands in them beside the
  /// words was taken with this one, and is the same in each.
  private mutating func notePlain(_ json: borrowing JSONScanner) {
    guard chunk.choices.count == 1, chunk.error == nil, !chunk.isErrorObject, chunk.tools.isEmpty,
      chunk.extras.allSatisfy({ $0.scope == .chunk && !json.equals($0.key, "x_groq") }),
      let piece = chunk.choices.first,
      piece.isPlain, let place = place(ofIndex: index(of: piece, json))
    else { return }
    let isThought = piece.reasoning != nil
    guard isThought == (piece.content?.isEmpty ?? true),
      let hole = templates.hole(of: isThought ? piece.reasoning : piece.content)
    else { return }
    plain = PlainDelta(hole: hole, place: place, isThought: isThought)
    // An empty content beside the thoughts is a hole too, which may be filled in the next chunk.
    templates.current.isPlain = (!isThought || piece.content == nil) && !templates.current.hasNumbers
  }

  /// The text is valid as a whole: now its parts count.
  private mutating func take(
    _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard !chunk.isOverfull else {
      throw SpateError(.limit, "an event has more answers or tool calls than the limit of \(ChatChunk.entryLimit)")
    }
    takeNames(json, into: &events)
    for piece in chunk.choices { try take(piece, json, into: &events) }
    for (place, extra) in chunk.extras.enumerated() {
      extras.add(extra, in: json, near: place)
      if extra.scope == .chunk, json.equals(extra.key, "x_groq") {
        try takeGroq(json.value(of: extra.value), into: &events)
      } else if extra.scope == .delta, json.equals(extra.key, "extra_content") {
        takeSeal(json.value(of: extra.value), into: &events)
      }
    }
    if let usage = chunk.usage ?? chunk.choices.lazy.compactMap(\.usage).last {
      takeUsage(json, usage, into: &events)
    }
    // Rule C6: whatever else the chunk holds, and after what it brought (C7).
    if let error = chunk.error { try fail(json.value(of: error), beside: json.wholeValue().object) }
    if chunk.isErrorObject { throw ErrorBody(json.wholeValue(), context: context).inStream }
  }

  /// Google's signature of a turn without calls, at its OpenAI-shaped address (rule N11).
  private func takeSeal(_ value: JSONValue, into events: inout [StreamEvent]) {
    guard value.object != nil else { return }
    let seal = Seal(dialect: .openAIChat, details: ["extra_content": value])
    events.append(.textDetail(BlockSeal(seal, choice: choices.count == 1 ? choices[0].index : 0)))
  }

  /// The first of each that is not blank counts (rules D3, D17).
  private mutating func takeNames(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    if let id = chunk.id, start.id == nil, !id.isEmpty { start.id = json.text(of: id) }
    if let model = chunk.model, start.model == nil, !model.isEmpty { start.model = json.text(of: model) }
    if let created = chunk.created, start.created == nil { start.created = json.integer(created) }
    for extra in chunk.extras where extra.scope == .chunk && json.equals(extra.key, "system_fingerprint") {
      start.systemFingerprint = json.value(of: extra.value).string
    }
    // Azure's first chunk has neither id nor choices: the next one is the start.
    if start.id != nil || !chunk.choices.isEmpty { begin(into: &events) }
  }

  mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    events.append(.start(start))
  }

  private mutating func takeUsage(
    _ json: borrowing JSONScanner, _ usage: JSONSlice, into events: inout [StreamEvent]
  ) {
    // Some send the same report on each chunk.
    reports.take(json, usage, into: &events, isLast: chunk.isWhole) { Usage(chat: &$0) }
  }

  private mutating func report(_ value: JSONValue, into events: inout [StreamEvent]) {
    reports.take(value, into: &events) { Usage(chat: &$0) }
  }

  /// Groq repeats id, usage and error here, and sometimes says them only here (rule D19).
  private mutating func takeGroq(_ value: JSONValue, into events: inout [StreamEvent]) throws(SpateError) {
    if chunk.usage == nil, let usage = value["usage"], !usage.isNull { report(usage, into: &events) }
    if let error = value["error"] { try fail(error) }
  }

  /// An `error` that says something is one; null, false and blank are none. What stands beside it may name it (xAI).
  private func fail(_ value: JSONValue, beside chunk: JSONObject? = nil) throws(SpateError) {
    if value == "" || value == [:] || value == [] || value == false || value.isNull { return }
    var report = chunk ?? [:]
    report["error"] = value
    throw ErrorBody(.object(report), context: context).inStream
  }
}
