// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Decodes answers of Gemini's generateContent, streamed or whole.
///
/// One code for both (rule D16): a whole answer is read like the only chunk of a stream.
struct GeminiDecoder: PayloadDecoder {
  typealias Framing = GeminiFraming

  let context: ResponseContext
  var candidates: [GeminiCandidate] = []
  var chunk = GeminiChunk()
  private var templates: Templates<GeminiChunk>
  private var start = ResponseStart()
  private var isStarted = false
  private var reports = UsageReports(GeminiCount.fields)
  /// The prompt was not let through: there is no answer.
  private var isBlocked = false
  var metadata = JSONObject()
  /// Texts of whole values that were repaired.
  private var repairs = 0

  var templateCounts: (hits: Int, misses: Int) { (templates.hits, templates.misses) }

  init(context: ResponseContext) {
    self.context = context
    templates = Templates(isOn: context.usesTemplates)
  }

  /// Each answer that began has its reason, or there is to be none.
  var isComplete: Bool { isBlocked || !candidates.isEmpty && candidates.allSatisfy { $0.finish != nil } }

  private var first: GeminiCandidate? { candidates.first { $0.index == 0 } ?? candidates.first }

  /// Of the first answer.
  var nativeFinish: String? { first?.finish }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    if case .error = type { throw ErrorBody(Array(copying: data), context: context).inStream }
    if Self.isErrorText(data) { throw ErrorBody(Array(copying: data), context: context).inStream }
    try decode(data, into: &events)
    return .event
  }

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    try decode(data, into: &events)
    guard !candidates.isEmpty || isBlocked else {
      var error = SpateError(.decode, "the answer has no candidates")
      error.body = Array(copying: data)
      throw error
    }
  }

  // MARK: One chunk

  private mutating func decode(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    var failure: SpateError?
    do throws(WireError) {
      try JSONScanner.scan(data) { (json) throws(WireError) in
        let isObject = chunk.read(&json, by: &templates).isObject
        if !isObject { json.skip() }
        try json.finish()
        guard isObject else {
          // A list with an error in it (rule S11).
          let value = json.wholeValue()
          failure =
            value[0]?["error"] != nil
            ? ErrorBody(value, context: context).inStream
            : SpateError(.decode, "the provider sent JSON that is no object")
          return
        }
        do throws(SpateError) { try take(json, into: &events) } catch { failure = error }
      }
    } catch { failure = SpateError(wire: error) }
    if var failure {
      if failure.body.isEmpty { failure.body = Array(copying: data) }
      throw failure
    }
  }

  /// The text is valid as a whole: now its parts count.
  private mutating func take(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) throws(SpateError) {
    guard !chunk.isOverfull else {
      throw SpateError(.limit, "an event has more answers or parts than the limit of \(GeminiChunk.entryLimit)")
    }
    if json.hasIllFormedText { repairs += 1 }
    takeNames(json, into: &events)
    for (number, piece) in chunk.candidates.enumerated() { try take(piece, number, json, into: &events) }
    for extra in chunk.extras where !extra.isOfCandidate {
      keep(json.text(of: extra.key), json.value(of: extra.value))
    }
    if let feedback = chunk.feedback { takeFeedback(json.value(of: feedback)) }
    if let usage = chunk.usage { takeUsage(json, usage, into: &events) }
    // Rule C6: whatever else the chunk holds, and after what it brought.
    if let error = chunk.error {
      let value = json.value(of: error)
      if value != "", value != [:], value != false { throw ErrorBody(json.wholeValue(), context: context).inStream }
    }
  }

  private mutating func takeNames(_ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    if let created = chunk.created { keep("createTime", .string(json.text(of: created))) }
    guard !isStarted else { return }
    if let id = chunk.id, !id.isEmpty { start.id = json.text(of: id) }
    if let model = chunk.model, !model.isEmpty { start.model = json.text(of: model) }
    begin(into: &events)
  }

  private mutating func begin(into events: inout [StreamEvent]) {
    guard !isStarted else { return }
    isStarted = true
    events.append(.start(start))
  }

  /// `promptFeedback` comes with every answer; only a reason in it blocks.
  private mutating func takeFeedback(_ feedback: JSONValue) {
    keep("promptFeedback", feedback)
    switch feedback["blockReason"] {
    case nil, .null?, "", "BLOCK_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED", 0: break
    default: isBlocked = true
    }
  }

  private mutating func takeUsage(
    _ json: borrowing JSONScanner, _ usage: JSONSlice, into events: inout [StreamEvent]
  ) {
    // Mostly the same report comes with each chunk.
    reports.take(json, usage, into: &events) { Usage(gemini: &$0) }
  }

  /// What else the provider says, by its own names: the last value counts.
  mutating func keep(_ name: String, _ value: JSONValue) {
    if metadata.members.count < 64 || metadata[name] != nil { metadata[name] = value }
  }

  // MARK: Answers

  private mutating func take(
    _ piece: GeminiChunk.Candidate, _ number: Int, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let index = piece.index.flatMap { json.integer($0) } ?? (chunk.candidates.count > 1 ? number : 0)
    let place = try place(of: Int32(clamping: max(index, 0)))
    let responseID = start.id
    for part in chunk.parts[piece.parts] {
      try candidates[place].take(part, json, responseID: responseID, context, into: &events)
    }
    if let slice = piece.grounding {
      let value = json.value(of: slice)
      candidates[place].giveSources(value["groundingChunks"], into: &events)
      // What is said of it is spread over chunks.
      if place == 0, let fields = value.object {
        var all = metadata["groundingMetadata"]?.object ?? [:]
        all.merge(fields)
        keep("groundingMetadata", .object(all))
      }
    }
    if let slice = piece.citations {
      let value = json.value(of: slice)
      // Google AI and Vertex name the list differently.
      candidates[place].giveSources(value["citations"] ?? value["citationSources"], into: &events)
      if place == 0 { keep("citationMetadata", value) }
    }
    if let slice = piece.logprobs {
      events.append(.logprobs(LogprobsDelta(choice: candidates[place].index, native: json.value(of: slice))))
    }
    if place == 0 {
      for extra in chunk.extras[piece.extras] { keep(json.text(of: extra.key), json.value(of: extra.value)) }
    }
    if let slice = piece.finish {
      let word = json.text(of: slice)
      // A later reason replaces an earlier one (rule C13).
      if !FinishReason.isGeminiBlank(word) { candidates[place].finish = word }
    }
  }

  private mutating func place(of index: Int32) throws(SpateError) -> Int {
    if let place = candidates.firstIndex(where: { $0.index == index }) { return place }
    guard candidates.count < context.toolCallLimit else {
      throw SpateError(.limit, "the provider sent more answers than the limit of \(context.toolCallLimit)")
    }
    candidates.append(GeminiCandidate(index: index))
    return candidates.count - 1
  }

  // MARK: Endings

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    let reason = finishReason(into: &events)
    for place in candidates.indices {
      // Rule T8: a call that a limit cut is not run, even if its JSON happens to be closed.
      let isWhole =
        switch candidates[place].reason {
        case .length, .error, .contentFilter: false
        default: true
        }
      candidates[place].finish(isWhole: isWhole, into: &events)
    }
    warnOfRepairs(into: &events)
    let ends = candidates.map { ChoiceFinish(choice: $0.index, reason: $0.reason, native: $0.finish) }
    events.append(
      .finish(
        Finish(reason: reason, native: nativeFinish, choices: ends.count > 1 ? ends : [], metadata: metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    for place in candidates.indices { candidates[place].flush(into: &events) }
    warnOfRepairs(into: &events)
  }

  private func finishReason(into events: inout [StreamEvent]) -> FinishReason {
    guard let candidate = first, let reason = candidate.reason else {
      if isBlocked { return .contentFilter }
      events.append(.warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    if reason == .unknown {
      let shown = DisplayText.bounded(candidate.finish ?? "", limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = self.repairs + candidates.reduce(0) { $0 + $1.repairs }
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
