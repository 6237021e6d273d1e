// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The content blocks of an answer and its plan, as they grow.
///
/// Blocks are numbered in the order in which they begin; the wire's `index` only says which of them a delta is for.
struct CohereBlocks: Sendable {
  private struct Block: Sendable {
    var index: Int
    var isThought: Bool
    var number: Int32
    var joiner = TextJoiner()
  }

  private var blocks: [Block] = []
  private var plan = ""
  private var planJoiner = TextJoiner()
  /// Those that are not of words: of the plan, and of thoughts.
  private var otherCitations: [JSONValue] = []

  private static let limit = 4096

  /// How many texts had to be repaired.
  var repairs: Int { blocks.reduce(planJoiner.repairs) { $0 + $1.joiner.repairs } }

  mutating func add(
    _ slice: JSONSlice, isThought: Bool, at index: Int, in json: borrowing JSONScanner,
    into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard !slice.isEmpty else { return }
    let place = try place(index, isThought)
    // First the text, then the call: as its argument it would have the block copied.
    let text = blocks[place].joiner.text(of: slice, in: json)
    give(text, blocks[place], into: &events)
  }

  /// A text of a whole answer.
  mutating func add(
    _ text: String, isThought: Bool, at index: Int, into events: inout [StreamEvent]
  ) throws(SpateError) {
    guard !text.isEmpty else { return }
    give(text, blocks[try place(index, isThought)], into: &events)
  }

  /// One index with two kinds is two blocks.
  private mutating func place(_ index: Int, _ isThought: Bool) throws(SpateError) -> Int {
    if let place = blocks.lastIndex(where: { $0.index == index && $0.isThought == isThought }) { return place }
    guard blocks.count < Self.limit else {
      throw SpateError(.limit, "the answer has more blocks than the limit of \(Self.limit)")
    }
    blocks.append(Block(index: index, isThought: isThought, number: Int32(blocks.count)))
    return blocks.count - 1
  }

  private func give(_ text: String, _ block: Block, into events: inout [StreamEvent]) {
    guard !text.isEmpty else { return }
    let delta = TextDelta(text, block: block.number)
    events.append(block.isThought ? .reasoning(delta) : .text(delta))
  }

  // MARK: The plan

  /// The plan is neither words nor thoughts: it is shown as a raw event, and goes back as a part of the turn.
  mutating func add(plan slice: JSONSlice, in json: borrowing JSONScanner, into events: inout [StreamEvent]) {
    guard !slice.isEmpty else { return }
    let text = planJoiner.text(of: slice, in: json)
    add(plan: text, into: &events)
  }

  mutating func add(plan text: String, into events: inout [StreamEvent]) {
    guard !text.isEmpty else { return }
    plan += text
    events.append(.raw(RawEvent(type: "tool_plan", bytes: Array(text.utf8))))
  }

  // MARK: Citations

  /// Rule N6: for the words of its block, by its number or as the last ones that came.
  mutating func add(citation: JSONValue, into events: inout [StreamEvent]) {
    let source = citation["sources"]?[0]
    let document = source?["document"]
    var event = Source(
      url: document?["url"]?.string, title: document?["title"]?.string ?? source?["id"]?.string, native: citation)
    let type = citation["type"]?.string ?? "TEXT_CONTENT"
    let index = citation["content_index"]?.int
    let words = blocks.last { !$0.isThought && (index == nil || $0.index == index) } ?? blocks.last { !$0.isThought }
    if type == "TEXT_CONTENT", let words {
      event.dialect = .cohere
      event.block = words.number
    } else {
      otherCitations.append(citation)
    }
    events.append(.source(event))
  }

  // MARK: Endings

  /// Gives out what was held back, and what goes back with the turn beside its words.
  mutating func flush(into events: inout [StreamEvent]) {
    for place in blocks.indices {
      if let rest = blocks[place].joiner.finish() { give(rest, blocks[place], into: &events) }
    }
    if let rest = planJoiner.finish() { add(plan: rest, into: &events) }
    guard !plan.isEmpty || !otherCitations.isEmpty else { return }
    var fields: JSONObject = [:]
    if !plan.isEmpty { fields["tool_plan"] = .string(plan) }
    if !otherCitations.isEmpty { fields["citations"] = .array(otherCitations) }
    let part = NativePart(dialect: .cohere, type: "tool_plan", value: .object(fields))
    events.append(.part(WholePart(.native(part))))
  }
}
