// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension ResponsesItems {
  /// An item as it ended: what of it did not come before, and its seal.
  mutating func end(_ value: JSONValue, at place: Place, into events: inout [StreamEvent]) throws(SpateError) {
    let own = Place(index: place.index, id: value["id"]?.string ?? place.id)
    var found = find(own)
    if let known = found, items[known].type != value["type"] ?? "message" { found = nil }
    if found == nil { found = try begin(value, at: own, into: &events) }
    guard let item = found, !items[item].isDone else { return }
    try end(item, value, into: &events)
  }

  /// An item of the whole response: only what did not end before is given out.
  mutating func complete(_ value: JSONValue, at index: Int, into events: inout [StreamEvent]) throws(SpateError) {
    let id = value["id"]?.string ?? ""
    let type = value["type"] ?? "message"
    let known =
      items.firstIndex { $0.index == index && $0.type == type }
      ?? items.firstIndex { !id.isEmpty && $0.id == id }
      ?? items.firstIndex { $0.index == nil && !$0.isDone && $0.type == type }
    if let known {
      if !items[known].isDone { try end(known, value, into: &events) }
      return
    }
    // Without an id it may be one that came under another number.
    if id.isEmpty, items.contains(where: { $0.type == type && $0.index != index && $0.isStreamed }) { return }
    let item = try begin(value, at: Place(index: index, id: id), into: &events)
    items[item].isStreamed = false
    try end(item, value, into: &events)
  }

  private mutating func end(
    _ item: Int, _ value: JSONValue, into events: inout [StreamEvent]
  ) throws(SpateError) {
    items[item].isDone = true
    items[item].value = nil
    switch items[item].kind {
    case .message: try endMessage(item, value, into: &events)
    case .reasoning: try endReasoning(item, value, into: &events)
    case .call(let call): try calls.end(call, value, into: &events)
    case .opaque: give(value, into: &events)
    }
  }

  private mutating func endMessage(
    _ item: Int, _ value: JSONValue, into events: inout [StreamEvent]
  ) throws(SpateError) {
    flush(item, into: &events)
    if let text = value["content"]?.string {
      try fill(["type": "output_text", "text": .string(text)], false, 0, of: item, into: &events)
    }
    for (index, part) in (value["content"]?.array ?? []).enumerated() {
      try fill(part, false, index, of: item, into: &events)
    }
    // What else the item says is wanted back with its words: id, status, phase.
    var rest = value.object ?? [:]
    for (key, value) in rest.members where value.isNull || value == "" { rest[key] = nil }
    for name in ["type", "role", "content"] { rest[name] = nil }
    guard !rest.isEmpty else { return }
    let seal = Seal(dialect: .openAIResponses, details: .object(rest))
    for part in items[item].parts where part.kind == .text {
      events.append(.textDetail(BlockSeal(seal, block: part.number)))
    }
  }

  /// Rules N1, N3: the item goes back as it ended, with what is encrypted in it.
  private mutating func endReasoning(
    _ item: Int, _ value: JSONValue, into events: inout [StreamEvent]
  ) throws(SpateError) {
    flush(item, into: &events)
    for (index, part) in (value["summary"]?.array ?? []).enumerated() {
      try fill(part, true, index, of: item, into: &events)
    }
    for (index, part) in (value["content"]?.array ?? []).enumerated() {
      try fill(part, false, index, of: item, into: &events)
    }
    let seal = Seal(dialect: .openAIResponses, details: value)
    events.append(.reasoningDetail(BlockSeal(seal, block: items[item].number)))
  }

  private func give(_ value: JSONValue, into events: inout [StreamEvent]) {
    guard let tool = ProviderTool(responses: value) else {
      let part = NativePart(dialect: .openAIResponses, type: value["type"]?.string ?? "", value: value)
      return events.append(.part(WholePart(.native(part))))
    }
    events.append(.providerTool(tool))
    if let image = Media(responses: value) { events.append(.part(WholePart(.image(image)))) }
  }

  // MARK: The end of the answer

  /// Items that never ended, of an answer that did.
  mutating func endAll(into events: inout [StreamEvent]) {
    flush(into: &events)
    for item in items.indices where !items[item].isDone {
      items[item].isDone = true
      if case .opaque = items[item].kind, let value = items[item].value { give(value, into: &events) }
    }
  }

  /// Gives out what texts hold back.
  mutating func flush(into events: inout [StreamEvent]) {
    for item in items.indices { flush(item, into: &events) }
    calls.flush(into: &events)
  }

  private mutating func flush(_ item: Int, into events: inout [StreamEvent]) {
    for part in items[item].parts.indices {
      guard let rest = items[item].parts[part].joiner.finish() else { continue }
      give(rest, items[item].parts[part].kind, items[item].parts[part].number, into: &events)
    }
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  mutating func giveCalls(isWhole: Bool, into events: inout [StreamEvent]) {
    calls.giveAll(isWhole: isWhole, into: &events)
  }
}
