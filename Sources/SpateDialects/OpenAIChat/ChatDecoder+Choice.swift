// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

extension ChatDecoder {
  /// Gives out what one choice of a chunk brings: thoughts, words, calls, and only then notes the finish (rule D7).
  mutating func take(
    _ piece: ChatChunk.Choice, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let place = try place(of: piece, json)
    let index = choices[place].index
    takeReasoning(piece, place, json, into: &events)
    if let slice = piece.content { takeContent(slice, piece.contentKind, place, json, into: &events) }
    if let slice = piece.refusal, !slice.isEmpty {
      choices[place].hasRefused = true
      let text = choices[place].refusal.text(of: slice, in: json)
      if !text.isEmpty { events.append(.refusal(TextDelta(text, choice: index))) }
    }
    // Of `tool_calls` and a legacy `function_call`, the one that began counts: the other repeats it.
    if !choices[place].function.hasCalls {
      for tool in piece.tools {
        let position =
          chunk.isWhole ? .alone : tool == piece.tools.lowerBound ? .first : .later as ToolCallAssembler.Position
        try choices[place].calls.add(chunk.tools[tool], position, in: json, responseID: start.id, into: &events)
      }
    }
    if let function = piece.function, !choices[place].calls.hasCalls {
      try choices[place].function.add(function, .first, in: json, responseID: start.id, into: &events)
    }
    if let slice = piece.annotations { takeSources(json.value(of: slice), index, into: &events) }
    if let slice = piece.audio { takeAudio(json.value(of: slice), into: &events) }
    if let slice = piece.logprobs {
      events.append(.logprobs(LogprobsDelta(choice: index, native: json.value(of: slice))))
    }
    if let slice = piece.finish {
      // "" and "null" are no reasons (rule D5); a later one replaces an earlier one (rule C13).
      let word = json.text(of: slice)
      if !word.isEmpty, word != "null" { choices[place].finish = word }
    }
  }

  private mutating func place(of piece: ChatChunk.Choice, _ json: borrowing JSONScanner) throws(SpateError) -> Int {
    let index = index(of: piece, json)
    if let place = place(ofIndex: index) { return place }
    guard choices.count < context.toolCallLimit else {
      throw SpateError(.limit, "the provider sent more answers than the limit of \(context.toolCallLimit)")
    }
    let calls = ToolCallAssembler(
      choice: index, limit: context.toolCallLimit, argumentsLimit: context.toolArgumentsLimit)
    choices.append(Choice(index: index, calls: calls, function: calls))
    return choices.count - 1
  }

  /// A server that gives each chunk an id of its own counts the choices up as well: one answer all the same (rule
  /// D17). Several answers share one id, also when a proxy asked for them and we did not.
  func index(of piece: ChatChunk.Choice, _ json: borrowing JSONScanner) -> Int32 {
    guard let slice = piece.index, let index = json.integer(slice), index > 0 else { return 0 }
    if context.choices ?? 1 == 1 {
      let id = chunk.id.map { json.text(of: $0) } ?? ""
      if id != start.id ?? "" || id.isEmpty { return 0 }
    }
    return Int32(clamping: index)
  }

  // MARK: Words

  private mutating func takeContent(
    _ slice: JSONSlice, _ kind: JSONScanner.Kind, _ place: Int, _ json: borrowing JSONScanner,
    into events: inout [StreamEvent]
  ) {
    switch kind {
    case .string:
      guard !slice.isEmpty else { return }
      // First the text, then the call: as its argument it would have the whole decoder copied.
      let text = choices[place].content.text(of: slice, in: json)
      emit(text, place, into: &events)
    case .array:
      // Mistral: typed blocks (rule D11).
      for block in json.value(of: slice).array ?? [] { takeBlock(block, place, into: &events) }
    case .object:
      // Cloudflare's JSON mode: the answer itself, already parsed.
      emit(json.value(of: slice).description, place, into: &events)
    case .number, .bool: emit(json.text(of: slice), place, into: &events)
    case .null, .none: break
    }
  }

  private func takeBlock(_ block: JSONValue, _ place: Int, into events: inout [StreamEvent]) {
    if let text = block.string { return emit(text, place, into: &events) }
    switch block["type"]?.string {
    case "thinking", "reasoning":
      // `{"type": "thinking", "thinking": [{"type": "text", "text": ...}]}`; Databricks has a `summary` list.
      let parts = block["thinking"] ?? block["summary"] ?? block["text"] ?? .null
      emitReasoning(Self.joined(parts), place, into: &events)
      if let signature = block["signature"]?.string {
        let seal = Seal(dialect: .openAIChat, signature: signature)
        events.append(.reasoningDetail(BlockSeal(seal, choice: choices[place].index)))
      }
    case "text"?, nil: emit(block["text"]?.string ?? "", place, into: &events)
    case let type?: events.append(.raw(RawEvent(type: "content.\(type)", bytes: block.bytes)))
    }
  }

  private static func joined(_ value: JSONValue) -> String {
    value.string ?? value.array?.map { joined($0["text"] ?? $0) }.joined() ?? ""
  }

  private func emit(_ text: String, _ place: Int, into events: inout [StreamEvent]) {
    if !text.isEmpty { events.append(.text(TextDelta(text, choice: choices[place].index))) }
  }

  private func emitReasoning(_ text: String, _ place: Int, into events: inout [StreamEvent]) {
    if !text.isEmpty { events.append(.reasoning(TextDelta(text, choice: choices[place].index))) }
  }

  // MARK: Thoughts

  /// The text once, whatever fields it comes in (rule D13); the details are kept for sending back.
  private mutating func takeReasoning(
    _ piece: ChatChunk.Choice, _ place: Int, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) {
    if let slice = piece.reasoning {
      let text =
        piece.reasoningKind == .string
        ? choices[place].reasoning.text(of: slice, in: json) : Self.joined(json.value(of: slice))
      emitReasoning(text, place, into: &events)
    }
    guard let slice = piece.reasoningDetails else { return }
    let details = json.value(of: slice)
    guard let list = details.array, !list.isEmpty else { return }
    if piece.reasoning == nil {
      emitReasoning(
        list.map { $0["text"]?.string ?? $0["summary"]?.string ?? "" }.joined(), place, into: &events)
    }
    let signature = list.lazy.compactMap { $0["signature"]?.string }.last
    let seal = Seal(dialect: .openAIChat, signature: signature, details: details)
    events.append(.reasoningDetail(BlockSeal(seal, choice: choices[place].index)))
  }

  // MARK: The rest

  private func takeSources(_ annotations: JSONValue, _ choice: Int32, into events: inout [StreamEvent]) {
    for annotation in annotations.array ?? [] {
      let citation = annotation["url_citation"] ?? annotation
      events.append(
        .source(
          Source(url: citation["url"]?.string, title: citation["title"]?.string, native: annotation, choice: choice)))
    }
  }

  private func takeAudio(_ audio: JSONValue, into events: inout [StreamEvent]) {
    func text(_ key: String) -> String? { audio[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    let delta = AudioDelta(id: text("id"), data: text("data"), transcript: text("transcript"))
    // Snowflake fills every field with blanks: that is no sound.
    if delta != AudioDelta() { events.append(.audio(delta)) }
  }

  /// Gives out what the texts of a choice hold back.
  mutating func flush(_ place: Int, into events: inout [StreamEvent]) {
    let index = choices[place].index
    // Asked first, for a call that may change something has the choices copied when somebody else holds them too.
    if choices[place].reasoning.isInside, let text = choices[place].reasoning.finish() {
      events.append(.reasoning(TextDelta(text, choice: index)))
    }
    if choices[place].content.isInside, let text = choices[place].content.finish() {
      events.append(.text(TextDelta(text, choice: index)))
    }
    if choices[place].refusal.isInside, let text = choices[place].refusal.finish() {
      events.append(.refusal(TextDelta(text, choice: index)))
    }
  }
}
