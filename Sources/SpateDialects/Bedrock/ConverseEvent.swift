// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one event about a content block: nothing is decoded yet, and nothing changes until
/// the whole text is known to be valid. A field that repeats is assigned again, so the last one counts.
struct ConverseEvent: Sendable {
  var index: JSONSlice?
  /// The whole `start`.
  var start: JSONSlice?
  /// The whole `delta`.
  var delta: JSONSlice?
  var text: JSONSlice?
  /// A piece of a call's input.
  var input: JSONSlice?
  var thought: JSONSlice?
  var signature: JSONSlice?
  var redacted: JSONSlice?
  var citation: JSONSlice?
  /// A list of pieces of a tool's result.
  var result: JSONSlice?
  var image: JSONSlice?
  /// `p`, different in each event.
  private var padding: JSONSlice?

  /// Reads one event; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    self = ConverseEvent()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "contentBlockIndex") {
        index = json.number()
      } else if json.equals(key, "delta") {
        readDelta(&json)
      } else if json.equals(key, "start") {
        start = Self.object(&json)
      } else if json.equals(key, "p") {
        padding = json.string()
      } else {
        json.skip()
      }
    }
    return true
  }

  /// The fields of the delta, and its place: it is scanned once, and only what has no name here is looked up in it.
  private mutating func readDelta(_ json: inout JSONScanner) {
    guard json.kind() == .object else { return json.skip() }
    let (place, padding) = (index, padding)
    self = ConverseEvent()
    (index, self.padding) = (place, padding)
    let mark = json.mark()
    guard json.beginObject() else { return }
    while let key = json.nextKey() {
      if json.equals(key, "text") {
        text = json.string()
      } else if json.equals(key, "toolUse") {
        readMembers(&json) { event, json, key in
          if json.equals(key, "input") { event.input = json.string() } else { json.skip() }
        }
      } else if json.equals(key, "reasoningContent") {
        readMembers(&json) { event, json, key in
          if json.equals(key, "text") {
            event.thought = json.string()
          } else if json.equals(key, "signature") {
            event.signature = json.string()
          } else if json.equals(key, "redactedContent") {
            event.redacted = json.string()
          } else {
            json.skip()
          }
        }
      } else if json.equals(key, "citation") {
        citation = Self.object(&json)
      } else if json.equals(key, "toolResult") {
        result = json.slice()
      } else if json.equals(key, "image") {
        image = Self.object(&json)
      } else {
        json.skip()
      }
    }
    delta = json.slice(from: mark)
  }

  private mutating func readMembers(
    _ json: inout JSONScanner, _ member: (inout ConverseEvent, inout JSONScanner, JSONSlice) -> Void
  ) {
    guard json.kind() == .object else { return json.skip() }
    guard json.beginObject() else { return }
    while let key = json.nextKey() { member(&self, &json, key) }
  }

  private static func object(_ json: inout JSONScanner) -> JSONSlice? {
    guard json.kind() == .object else {
      json.skip()
      return nil
    }
    return json.slice()
  }
}

/// What differs from event to event, and where everything is.
extension ConverseEvent: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    holes.add(.string, text)
    holes.add(.string, input)
    holes.add(.string, thought)
    holes.add(.string, signature)
    holes.add(.string, padding)
    holes.add(.value, start)
    holes.add(.value, citation)
    if text == nil, thought == nil { holes.add(.number, index) }
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&index)
    template.move(&start)
    template.move(&delta)
    template.move(&text)
    template.move(&input)
    template.move(&thought)
    template.move(&signature)
    template.move(&redacted)
    template.move(&citation)
    template.move(&result)
    template.move(&image)
    template.move(&padding)
  }
}
