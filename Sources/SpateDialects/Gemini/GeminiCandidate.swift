// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// One of the answers, part by part.
///
/// Neighbouring parts of one kind are one block, for a stream cuts them anywhere; a part with a signature is a block of
/// its own, so that it goes back as it came (rules N1, N12). Calls and other parts count as blocks too.
struct GeminiCandidate: Sendable {
  private struct Block: Sendable {
    var isThought: Bool
    var number: Int32
    var isSealed: Bool
    var joiner = TextJoiner()
  }

  let index: Int32
  /// The provider's word.
  var finish: String?
  private(set) var calls: GeminiCalls
  private(set) var repairs = 0
  private var open: Block?
  private var count: Int32 = 0
  /// The last block of words.
  private var words: Int32 = 0
  private var sources: Set<JSONValue> = []

  /// No honest answer has more; a part of a few bytes costs much more here.
  private static let limit = 4096

  init(index: Int32) {
    self.index = index
    calls = GeminiCalls(choice: index)
  }

  /// Rules N8, N9: calls are seen, not said, and never hide another reason.
  var reason: FinishReason? {
    guard let finish else { return nil }
    let reason = FinishReason(gemini: finish)
    return reason == .stop && !calls.isEmpty ? .toolCalls : reason
  }

  mutating func take(
    _ part: GeminiChunk.Part, _ json: borrowing JSONScanner, responseID: String?, _ context: ResponseContext,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    let signature = part.signature.flatMap { $0.isEmpty ? nil : json.text(of: $0) }
    if let text = part.text { return try take(text, part, signature, json, into: &events) }
    guard let kind = part.kind else {
      // A signature may come alone (rule N12).
      if signature != nil { try giveNative("thoughtSignature", json.value(of: part.whole), into: &events) }
      return
    }
    closeBlock(into: &events)
    let name = json.text(of: kind)
    let value = json.value(of: part.whole)
    guard name == "functionCall", let fields = value.object else {
      return try give(value, name, into: &events)
    }
    let isNew = value["functionCall"]?["name"]?.string?.isEmpty == false
    if isNew { _ = try number() }
    guard try calls.add(fields, responseID: responseID, context, into: &events) else {
      return events.append(.raw(RawEvent(type: name, bytes: value.bytes)))
    }
  }

  private mutating func number() throws(SpateError) -> Int32 {
    guard count < Self.limit else {
      throw SpateError(.limit, "the answer has more parts than the limit of \(Self.limit)")
    }
    defer { count += 1 }
    return count
  }

  // MARK: Words and thoughts

  private mutating func take(
    _ slice: JSONSlice, _ part: GeminiChunk.Part, _ signature: String?, _ json: borrowing JSONScanner,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    let isSealed = signature != nil || part.kind != nil
    // An empty text says nothing, unless it bears a seal (rule D12).
    guard isSealed || !slice.isEmpty else { return }
    if isSealed || open?.isThought != part.isThought || open?.isSealed == true {
      closeBlock(into: &events)
      let block = Block(isThought: part.isThought, number: try number(), isSealed: isSealed)
      open = block
      if !part.isThought { words = block.number }
      var details: JSONValue?
      if part.kind != nil, var rest = json.value(of: part.whole).object {
        for name in ["text", "thought", "thoughtSignature"] { rest[name] = nil }
        details = .object(rest)
      }
      let seal = BlockSeal(
        Seal(dialect: .gemini, signature: signature, details: details), choice: index, block: block.number)
      // Thoughts bear the dialect's mark even without a signature: only Google's own go back to it.
      if part.isThought { events.append(.reasoningDetail(seal)) } else if isSealed { events.append(.textDetail(seal)) }
    }
    guard var block = open.take() else { return }
    let text = block.joiner.text(of: slice, in: json)
    open = block
    give(text, block, into: &events)
  }

  private func give(_ text: String, _ block: Block, into events: inout [StreamEvent]) {
    guard !text.isEmpty else { return }
    let delta = TextDelta(text, choice: index, block: block.number)
    events.append(block.isThought ? .reasoning(delta) : .text(delta))
  }

  private mutating func closeBlock(into events: inout [StreamEvent]) {
    guard var block = open.take() else { return }
    if let rest = block.joiner.finish() { give(rest, block, into: &events) }
    repairs += block.joiner.repairs
  }

  // MARK: Other parts

  private mutating func give(_ part: JSONValue, _ kind: String, into events: inout [StreamEvent]) throws(SpateError) {
    let seal = Seal(dialect: .gemini, details: part)
    let content = part[kind]
    let id = content?["id"]?.string ?? ""
    switch kind {
    case "executableCode", "toolCall":
      let name = kind == "toolCall" ? content?["toolType"]?.string ?? kind : "code_execution"
      let input = kind == "toolCall" ? content?["args"] : content
      let start = ToolInputStart(index: try number(), choice: index, id: id, name: name)
      events.append(.providerToolStart(start))
      events.append(
        .providerTool(
          ProviderTool(id: id, name: name, input: input?.description ?? "{}", choice: Int(index), seal: seal)))
    case "codeExecutionResult", "toolResponse":
      _ = try number()
      let name = kind == "toolResponse" ? content?["toolType"]?.string ?? kind : "code_execution"
      let isError = content?["outcome"].map { $0 != "OUTCOME_OK" && $0 != 1 } ?? false
      events.append(
        .providerTool(
          ProviderTool(
            id: id, name: name, output: kind == "toolResponse" ? content?["response"] ?? [:] : content,
            isError: isError, choice: Int(index), seal: seal)))
    case "inlineData", "fileData":
      guard let media = GeminiMedia(part) else { return try giveNative(kind, part, into: &events) }
      _ = try number()
      events.append(.part(WholePart(media.part, choice: index)))
    default: try giveNative(kind, part, into: &events)
    }
  }

  /// Kept, and sent back as it came (rule N5).
  private mutating func giveNative(
    _ kind: String, _ part: JSONValue, into events: inout [StreamEvent]
  ) throws(SpateError) {
    closeBlock(into: &events)
    _ = try number()
    let native = NativePart(dialect: .gemini, type: kind, value: part)
    events.append(.part(WholePart(.native(native), choice: index)))
  }

  // MARK: Sources

  /// Each one once: later chunks repeat the list (rule N6).
  mutating func giveSources(_ list: JSONValue?, into events: inout [StreamEvent]) {
    for entry in list?.array ?? [] where sources.count < Self.limit && sources.insert(entry).inserted {
      // A grounding chunk names its kind; a citation has its fields at the top.
      let kind = entry["web"] ?? entry["retrievedContext"] ?? entry["maps"] ?? entry["image"] ?? entry
      events.append(
        .source(
          Source(
            url: kind["uri"]?.string ?? kind["sourceUri"]?.string, title: kind["title"]?.string, native: entry,
            choice: index, block: words)))
    }
  }

  // MARK: Endings

  mutating func flush(into events: inout [StreamEvent]) { closeBlock(into: &events) }

  mutating func finish(isWhole: Bool, into events: inout [StreamEvent]) {
    closeBlock(into: &events)
    calls.finish(isWhole: isWhole, into: &events)
  }
}
