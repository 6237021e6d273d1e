// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one chunk, or in one whole answer: nothing is decoded yet, and nothing changes
/// until the whole text is known to be valid.
///
/// A field that repeats is assigned again, so the last one counts. The arrays are reused from chunk to chunk.
struct ChatChunk: Sendable {
  /// First, because every chunk asks for it (docs/decisions/0023).
  var usage: JSONSlice?
  var id: JSONSlice?
  var model: JSONSlice?
  var created: JSONSlice?
  var error: JSONSlice?
  /// Old vLLM and Mistral errors: `{"object": "error", "message": ...}`.
  var isErrorObject = false
  /// Padding, different in each chunk.
  var padding: JSONSlice?
  /// It is a whole answer, not a piece of one.
  private(set) var isWhole = false
  /// It has more entries than any honest one: the places of further ones are not kept.
  var isOverfull = false
  var choices: [Choice] = []
  var tools: [Tool] = []
  /// Fields that have no name here.
  var extras: [Extra] = []

  /// A list entry of three bytes costs hundreds here: without a bound, one event could fill the memory.
  static let entryLimit = 4096

  struct Choice: Sendable {
    var index: JSONSlice?
    var finish: JSONSlice?
    /// There is a `delta` or a `message`.
    var hasWords = false
    /// The object that counts was read, not the one that repeats it.
    var hasPreferred = false
    var content: JSONSlice?
    var contentKind = JSONScanner.Kind.none
    var refusal: JSONSlice?
    var reasoning: JSONSlice?
    var reasoningKind = JSONScanner.Kind.none
    /// The first of the names for reasoning that has text counts (rule D13).
    var reasoningRank = Int.max
    var reasoningDetails: JSONSlice?
    var annotations: JSONSlice?
    var audio: JSONSlice?
    var logprobs: JSONSlice?
    var usage: JSONSlice?
    /// Legacy completions; beside a delta it says the same again (Together).
    var legacyText: JSONSlice?
    var tools = 0..<0
    /// A legacy function call, at most one.
    var function: Tool?
  }

  struct Tool: Sendable {
    var index: JSONSlice?
    var id: JSONSlice?
    var name: JSONSlice?
    var arguments: JSONSlice?
    /// Arguments are text; some servers send the object itself.
    var argumentsAreText = true
    var isCustom = false
    /// What the provider wants back with the call: Google's signature at its OpenAI-shaped address (rule N11).
    var extra: JSONSlice?
  }

  struct Extra: Sendable {
    var scope: Scope
    var key: JSONSlice
    var value: JSONSlice
  }

  enum Scope: Sendable, Hashable {
    case chunk, choice, delta
  }

  /// Reads one chunk, or a whole answer; false when the text is no object.
  ///
  /// The words are in `delta` or in `message`. Perplexity sends both: in a stream the delta counts and the message
  /// repeats what came before; in a whole answer it is the other way round.
  mutating func read(_ json: inout JSONScanner, isWhole: Bool) -> Bool {
    reset()
    self.isWhole = isWhole
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      // The length tells most names apart.
      switch json.length(of: key) {
      case 7 where json.equals(key, "choices"): readChoices(&json)
      case 7 where json.equals(key, "created"): created = json.number()
      case 2 where json.equals(key, "id"): id = json.string()
      case 5 where json.equals(key, "model"): model = json.string()
      case 5 where json.equals(key, "usage"): usage = Self.unlessNull(&json)
      case 5 where json.equals(key, "error"): error = Self.unlessNull(&json)
      case 6 where json.equals(key, "object"):
        let object = json.string()
        isErrorObject = object.map { json.equals($0, "error") } ?? false
      case 11 where json.equals(key, "obfuscation"): padding = json.string()
      case 1 where json.equals(key, "p"): padding = json.string()
      default: readExtra(&json, key, scope: .chunk)
      }
    }
    return true
  }

  private mutating func reset() {
    (id, model, created, error, usage, padding) = (nil, nil, nil, nil, nil, nil)
    isErrorObject = false
    isOverfull = false
    removeChoices()
    extras.empty()
  }

  private mutating func removeChoices() {
    choices.empty()
    tools.empty()
  }

  private mutating func readChoices(_ json: inout JSONScanner) {
    removeChoices()
    guard json.beginArray() else { return json.skip() }
    while json.nextElement() {
      isOverfull = isOverfull || choices.count == Self.entryLimit
      guard !isOverfull, json.beginObject() else {
        json.skip()
        continue
      }
      var choice = Choice()
      while let key = json.nextKey() {
        switch json.length(of: key) {
        case 5 where json.equals(key, "delta"): readWords(&json, &choice, isPreferred: !isWhole)
        case 7 where json.equals(key, "message"): readWords(&json, &choice, isPreferred: isWhole)
        case 5 where json.equals(key, "index"): choice.index = json.number()
        case 13 where json.equals(key, "finish_reason"): choice.finish = json.string()
        case 8 where json.equals(key, "logprobs"): choice.logprobs = Self.unlessNull(&json)
        case 4 where json.equals(key, "text"): choice.legacyText = json.string()
        case 5 where json.equals(key, "usage"): choice.usage = Self.unlessNull(&json)
        case 5 where json.equals(key, "error"): if let slice = Self.unlessNull(&json) { error = slice }
        default: readExtra(&json, key, scope: .choice)
        }
      }
      if !choice.hasWords, let text = choice.legacyText {
        (choice.content, choice.contentKind) = (text, .string)
      }
      choices.append(choice)
    }
  }

  /// The object at hand, unless the one that counts was read before it.
  private mutating func readWords(_ json: inout JSONScanner, _ choice: inout Choice, isPreferred: Bool) {
    guard json.kind() == .object, isPreferred || !choice.hasPreferred else { return json.skip() }
    if choice.hasWords {
      // The object that counts, or the same one again, takes everything's place.
      var fresh = Choice()
      (fresh.index, fresh.finish, fresh.logprobs, fresh.usage, fresh.legacyText) =
        (choice.index, choice.finish, choice.logprobs, choice.usage, choice.legacyText)
      choice = fresh
    }
    choice.hasPreferred = isPreferred
    choice.hasWords = true
    guard json.beginObject() else { return }
    while let key = json.nextKey() {
      switch json.length(of: key) {
      case 7 where json.equals(key, "content"):
        choice.contentKind = json.kind()
        choice.content = choice.contentKind == .string ? json.string() : json.slice()
      case 10 where json.equals(key, "tool_calls"): readToolCalls(&json, &choice)
      case 4 where json.equals(key, "role"): json.skip()
      case 7 where json.equals(key, "refusal"): choice.refusal = json.string()
      case 17 where json.equals(key, "reasoning_content"): readReasoning(&json, &choice, rank: 0)
      case 9 where json.equals(key, "reasoning"): readReasoning(&json, &choice, rank: 1)
      case 8 where json.equals(key, "thinking"): readReasoning(&json, &choice, rank: 2)
      case 17 where json.equals(key, "reasoning_details"):
        choice.reasoningDetails = json.kind() == .array ? json.slice() : Self.skipped(&json)
      case 13 where json.equals(key, "function_call"): choice.function = readFunction(&json)
      case 11 where json.equals(key, "annotations"):
        choice.annotations = json.kind() == .array ? json.slice() : Self.skipped(&json)
      case 5 where json.equals(key, "audio"):
        choice.audio = json.kind() == .object ? json.slice() : Self.skipped(&json)
      default: readExtra(&json, key, scope: .delta)
      }
    }
  }

  // MARK: Reasoning

  /// `rank`: of the names, which.
  private func readReasoning(_ json: inout JSONScanner, _ choice: inout Choice, rank: Int) {
    let kind = json.kind()
    let value = kind == .string ? json.string() : json.slice()
    guard let value, !value.isEmpty, kind != .null, rank <= choice.reasoningRank else { return }
    choice.reasoning = value
    choice.reasoningKind = kind
    choice.reasoningRank = rank
  }

  // MARK: The rest

  private mutating func readExtra(_ json: inout JSONScanner, _ key: JSONSlice, scope: Scope) {
    guard extras.count < Self.entryLimit else { return json.skip() }
    guard let value = Self.unlessNull(&json) else { return }
    if extras.capacity == 0 { extras.reserveCapacity(4) }
    extras.append(Extra(scope: scope, key: key, value: value))
  }

  static func unlessNull(_ json: inout JSONScanner) -> JSONSlice? { json.isNull() ? nil : json.slice() }

  static func skipped(_ json: inout JSONScanner) -> JSONSlice? {
    json.skip()
    return nil
  }
}
