// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

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
  var hasRefused = false
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

  func find(_ event: ResponsesEvent, _ json: borrowing JSONScanner) -> Int? {
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

  mutating func part(
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
    // A template notes an empty list too, where the event before it had entries.
    if let slice = event.logprobs, slice.count > 2 {
      items[item].parts[part].hasLogprobs = true
      logprobs(event, json, into: &events)
    }
  }

  /// The part that has begun to get such words.
  func plainPart(_ kind: ResponsesPart, _ index: Int, of item: Int) -> Int? {
    items[item].parts.firstIndex { $0.index == index && $0.kind == kind && $0.hasBegun }
  }

  /// More of a part, which no event touched since ``plainPart(_:_:of:)``.
  mutating func takePlain(
    _ slice: JSONSlice, _ delta: PlainDelta, _ json: borrowing JSONScanner, into events: inout [StreamEvent]
  ) {
    let text = items[delta.place].parts[delta.part].joiner.text(of: slice, in: json)
    events.add(text, isThought: delta.isThought, block: items[delta.place].parts[delta.part].number)
  }

  private func logprobs(_ event: ResponsesEvent, _ json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    guard let slice = event.logprobs else { return }
    give(logprobs: json.value(of: slice), into: &events)
  }

  func give(logprobs list: JSONValue?, into events: inout [StreamEvent]) {
    guard let entries = list?.array, !entries.isEmpty else { return }
    events.append(.logprobs(LogprobsDelta(choice: 0, native: ["content": .array(entries)])))
  }
}
