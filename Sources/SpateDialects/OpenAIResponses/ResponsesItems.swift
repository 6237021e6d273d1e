// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The output items of one answer, as they begin, grow and end.
///
/// Deltas name their item by `output_index`, where they do not by `item_id` (rule N15). Texts, thoughts, calls and
/// opaque items are numbered as blocks in the order in which they begin.
struct ResponsesItems: Sendable {
  enum Kind: Sendable, Hashable {
    case message, reasoning
    /// A call of one of the user's tools, by its number.
    case call(Int)
    /// A tool that the provider runs, and everything else: whole, and only to be kept.
    case opaque
  }

  struct Part: Sendable {
    var kind: ResponsesPart
    /// The wire's number of it in its item.
    var index: Int
    /// Of the block.
    var number: Int32
    var joiner = TextJoiner()
    /// Words of it came: what repeats them is left out.
    var hasBegun = false
    var citations = 0
    var hasLogprobs = false
  }

  struct Item: Sendable {
    /// The wire's number of it, where it has one.
    var index: Int?
    var id: String
    var type: JSONValue
    var kind: Kind
    /// Of the block; of a message, its parts have one each.
    var number: Int32 = 0
    var parts: [Part] = []
    /// As it began, for an opaque item that never ends.
    var value: JSONValue?
    var isDone = false
    /// It came in an event of its own, not only in the whole response.
    var isStreamed = true
  }

  /// What an event says about where it belongs.
  struct Place {
    var index: Int?
    var id: String
    var part: Int

    init(_ event: ResponsesEvent, _ json: borrowing JSONScanner) {
      index = event.outputIndex.flatMap { json.integer($0) }
      id = event.itemID.map { json.text(of: $0) } ?? ""
      part = event.partIndex.flatMap { json.integer($0) } ?? 0
    }

    init(index: Int?, id: String) {
      self.index = index
      self.id = id
      part = 0
    }
  }

  let context: ResponseContext
  /// For ids of calls that have none.
  var responseID: String?
  var items: [Item] = []
  var calls: ResponsesCalls
  /// A refusal came.
  private(set) var hasRefused = false
  private var blocks: Int32 = 0

  /// No honest answer has more items or parts; one of a few bytes costs much more here.
  private static let limit: Int32 = 4096

  init(context: ResponseContext) {
    self.context = context
    calls = ResponsesCalls(context: context)
  }

  /// Whether a tool of the user's is called.
  var hasCalls: Bool { calls.hasCalls }

  /// How many texts had to be repaired.
  var repairs: Int { items.reduce(calls.repairs) { $0 + $1.parts.reduce(0) { $0 + $1.joiner.repairs } } }

  private mutating func nextNumber() throws(SpateError) -> Int32 {
    guard blocks < Self.limit else {
      throw SpateError(.limit, "the answer has more items than the limit of \(Self.limit)")
    }
    blocks += 1
    return blocks - 1
  }

  // MARK: Finding

  /// The item that an event is about: by its number, else by its id, else the last one that is open.
  func find(_ place: Place) -> Int? {
    if let index = place.index, let found = find(index) { return found }
    if !place.id.isEmpty {
      return items.lastIndex { $0.id == place.id && ($0.index == nil || place.index == nil) }
    }
    return place.index == nil ? items.lastIndex { !$0.isDone } : nil
  }

  /// Deltas are mostly for the item that began last.
  private func find(_ index: Int) -> Int? {
    if let last = items.indices.last, items[last].index == index { return last }
    return items.lastIndex { $0.index == index }
  }

  private func find(_ event: ResponsesEvent, _ json: borrowing JSONScanner) -> Int? {
    if let slice = event.outputIndex, let index = json.integer(slice), let found = find(index) { return found }
    return find(Place(event, json))
  }

  // MARK: Beginnings

  /// Begins an item, unless it has begun.
  @discardableResult mutating func begin(
    _ value: JSONValue, at place: Place, into events: inout [StreamEvent]
  ) throws(SpateError) -> Int {
    let type = value["type"] ?? "message"
    let id = value["id"]?.string ?? place.id
    if let known = find(Place(index: place.index, id: id)), items[known].type == type, !items[known].isDone,
      place.index != nil || !id.isEmpty
    {
      if case .call(let call) = items[known].kind { calls.adopt(value, call, into: &events) }
      return known
    }
    var item = Item(index: place.index, id: id, type: type, kind: .opaque)
    switch type {
    case "message": item.kind = .message
    case "reasoning":
      item.kind = .reasoning
      item.number = try nextNumber()
    case "function_call", "custom_tool_call":
      item.number = try nextNumber()
      item.kind = .call(try calls.begin(value, responseID, into: &events))
    default:
      item.number = try nextNumber()
      item.value = value
      if let tool = ProviderTool(responses: value), tool.input != nil || tool.output == nil {
        events.append(.providerToolStart(ToolInputStart(index: item.number, id: tool.id, name: tool.name)))
      }
    }
    items.append(item)
    guard items.count <= Int(Self.limit) else {
      throw SpateError(.limit, "the answer has more items than the limit of \(Self.limit)")
    }
    return items.count - 1
  }

  private mutating func part(
    _ kind: ResponsesPart, _ index: Int, of item: Int
  ) throws(SpateError) -> Int {
    if let last = items[item].parts.indices.last {
      if items[item].parts[last].index == index, items[item].parts[last].kind == kind { return last }
      if let place = items[item].parts.firstIndex(where: { $0.index == index && $0.kind == kind }) { return place }
    }
    let isMessage = items[item].kind == .message
    if items[item].parts.count >= Int(Self.limit) {
      throw SpateError(.limit, "an item has more parts than the limit of \(Self.limit)")
    }
    let number = isMessage ? try nextNumber() : items[item].number
    items[item].parts.append(Part(kind: kind, index: index, number: number))
    return items[item].parts.count - 1
  }

  mutating func give(
    _ text: String, _ part: ResponsesPart, _ number: Int32, into events: inout [StreamEvent]
  ) {
    guard !text.isEmpty else { return }
    switch part {
    case .text: events.append(.text(TextDelta(text, block: number)))
    case .refusal: events.append(.refusal(TextDelta(text, block: number)))
    case .summary, .thought: events.append(.reasoning(TextDelta(text, block: number)))
    }
  }

  // MARK: Deltas

  mutating func delta(
    _ kind: ResponsesPart, _ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    // "" opens nothing (rule D12), but it may bear probabilities.
    guard let slice = event.delta, !slice.isEmpty else { return logprobs(event, json, into: &events) }
    var found = find(event, json)
    if found == nil { found = try begin(["type": kind.itemType], at: Place(event, json), into: &events) }
    guard let item = found else { return }
    let index = event.partIndex.flatMap { json.integer($0) } ?? 0
    let part = try part(kind, index, of: item)
    items[item].parts[part].hasBegun = true
    if kind == .refusal { hasRefused = true }
    let text = items[item].parts[part].joiner.text(of: slice, in: json)
    give(text, kind, items[item].parts[part].number, into: &events)
    if event.logprobs != nil {
      items[item].parts[part].hasLogprobs = true
      logprobs(event, json, into: &events)
    }
  }

  private func logprobs(_ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    guard let slice = event.logprobs else { return }
    give(logprobs: json.value(of: slice), into: &events)
  }

  private func give(logprobs list: JSONValue?, into events: inout [StreamEvent]) {
    guard let entries = list?.array, !entries.isEmpty else { return }
    events.append(.logprobs(LogprobsDelta(choice: 0, native: ["content": .array(entries)])))
  }

  // MARK: What comes whole

  /// `...text.done` and its like: fills what deltas missed, and never repeats what they gave (rule N15).
  mutating func fill(
    _ kind: ResponsesPart, _ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let slice = event.whole, !slice.isEmpty else { return }
    var found = find(event, json)
    if found == nil { found = try begin(["type": kind.itemType], at: Place(event, json), into: &events) }
    guard let item = found else { return }
    let part = try part(kind, event.partIndex.flatMap { json.integer($0) } ?? 0, of: item)
    guard !items[item].parts[part].hasBegun else { return }
    fill(item, part, json.text(of: slice), into: &events)
  }

  private mutating func fill(_ item: Int, _ part: Int, _ text: String, into events: inout [StreamEvent]) {
    guard !items[item].parts[part].hasBegun, !text.isEmpty else { return }
    items[item].parts[part].hasBegun = true
    let kind = items[item].parts[part].kind
    if kind == .refusal { hasRefused = true }
    give(text, kind, items[item].parts[part].number, into: &events)
  }

  /// `content_part.done` and `reasoning_summary_part.done`.
  mutating func fill(
    _ value: JSONValue, _ isSummary: Bool, at place: Place, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let item = find(place), !items[item].isDone else { return }
    try fill(value, isSummary, place.part, of: item, into: &events)
  }

  mutating func fill(
    _ value: JSONValue, _ isSummary: Bool, _ index: Int, of item: Int, into events: inout [StreamEvent]
  ) throws(SpateError) {
    let type = value["type"]?.string ?? ""
    let kind: ResponsesPart
    switch items[item].kind {
    case .reasoning: kind = isSummary || type == "summary_text" ? .summary : .thought
    case .message where type == "refusal": kind = .refusal
    case .message where type == "output_text" || type == "text" || type.isEmpty: kind = .text
    case .message, .call, .opaque:
      return events.append(.raw(RawEvent(type: "content.\(type)", bytes: value.bytes)))
    }
    let text = value["text"]?.string ?? value["refusal"]?.string ?? value.string ?? ""
    let citations = value["annotations"]?.array ?? []
    if text.isEmpty, citations.isEmpty { return }
    let part = try part(kind, index, of: item)
    fill(item, part, text, into: &events)
    for (number, citation) in citations.enumerated() where number >= items[item].parts[part].citations {
      give(citation, number, of: item, part, into: &events)
    }
    if !items[item].parts[part].hasLogprobs {
      items[item].parts[part].hasLogprobs = true
      give(logprobs: value["logprobs"], into: &events)
    }
  }

  /// Rule N6.
  mutating func cite(
    _ citation: JSONValue, _ number: Int?, at place: Place, into events: inout [StreamEvent]
  ) throws(SpateError) {
    var found = find(place)
    if found == nil { found = try begin(["type": "message"], at: place, into: &events) }
    guard let item = found, items[item].kind == .message else { return }
    let part = try part(.text, place.part, of: item)
    let number = number ?? items[item].parts[part].citations
    if number >= items[item].parts[part].citations { give(citation, number, of: item, part, into: &events) }
  }

  private mutating func give(
    _ citation: JSONValue, _ number: Int, of item: Int, _ part: Int, into events: inout [StreamEvent]
  ) {
    items[item].parts[part].citations = min(max(number, 0), Int(Int32.max)) + 1
    events.append(
      .source(
        Source(
          url: citation["url"]?.string, title: citation["title"]?.string ?? citation["filename"]?.string,
          native: citation, dialect: .openAIResponses, block: items[item].parts[part].number)))
  }

  // MARK: Calls

  mutating func argumentsDelta(
    _ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard let slice = event.delta, !slice.isEmpty else { return }
    var found = find(event, json)
    if found == nil { found = try begin(Self.call(event, json), at: Place(event, json), into: &events) }
    guard let item = found, case .call(let call) = items[item].kind else { return }
    try calls.append(slice, to: call, json, into: &events)
  }

  mutating func argumentsDone(
    _ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) throws(SpateError) {
    var found = find(event, json)
    if found == nil { found = try begin(Self.call(event, json), at: Place(event, json), into: &events) }
    guard let item = found, case .call(let call) = items[item].kind else { return }
    if let name = event.name { calls.name(json.text(of: name), call, into: &events) }
    if let slice = event.whole { try calls.complete(json.text(of: slice), call, into: &events) }
  }

  /// A call whose beginning did not come; the whole item may still tell its name.
  private static func call(_ event: ResponsesEvent, _ json: borrowing JSONScanner) -> JSONValue {
    let isCustom = event.type.map { json.text(of: $0).contains("custom") } ?? false
    return ["type": isCustom ? "custom_tool_call" : "function_call"]
  }
}
