// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What comes whole beside the deltas, and calls.
extension ResponsesItems {
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
