// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one event of a stream: nothing is decoded yet, and nothing changes until the
/// whole text is known to be valid. A field that repeats is assigned again, so the last one counts.
struct AnthropicEvent: Sendable {
  /// What an event is about, by its `type`; servers that leave `event:` out say it here too.
  enum Kind: Sendable {
    case messageStart, blockStart, blockDelta, blockStop, messageDelta, messageStop, ping, error, other
  }

  var kind = Kind.other
  var type: JSONSlice?
  var index: JSONSlice?
  var message: JSONSlice?
  var block: JSONSlice?
  var usage: JSONSlice?
  var error: JSONSlice?
  /// The whole `delta`, for what has no name here.
  var delta: JSONSlice?
  var deltaType: JSONSlice?
  var text: JSONSlice?
  var thinking: JSONSlice?
  var signature: JSONSlice?
  var partialJSON: JSONSlice?
  var citation: JSONSlice?
  var stopReason: JSONSlice?

  /// Reads one event; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    self = AnthropicEvent()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "type") {
        type = json.string()
      } else if json.equals(key, "index") {
        index = json.number()
      } else if json.equals(key, "delta") {
        readDelta(&json)
      } else if json.equals(key, "content_block") {
        block = Self.object(&json)
      } else if json.equals(key, "message") {
        message = Self.object(&json)
      } else if json.equals(key, "usage") {
        usage = Self.object(&json)
      } else if json.equals(key, "error") {
        error = json.isNull() ? nil : json.slice()
      } else {
        json.skip()
      }
    }
    if let type { kind = Self.kind(json, type) }
    return true
  }

  private static func kind(_ json: borrowing JSONScanner, _ type: JSONSlice) -> Kind {
    // The frequent one first.
    if json.equals(type, "content_block_delta") { return .blockDelta }
    if json.equals(type, "content_block_start") { return .blockStart }
    if json.equals(type, "content_block_stop") { return .blockStop }
    if json.equals(type, "message_delta") { return .messageDelta }
    if json.equals(type, "message_start") { return .messageStart }
    if json.equals(type, "message_stop") { return .messageStop }
    if json.equals(type, "ping") { return .ping }
    return json.equals(type, "error") ? .error : .other
  }

  /// The fields of the delta, and its place: it is scanned once, and only what has no name here is looked up in it.
  private mutating func readDelta(_ json: inout JSONScanner) {
    guard json.kind() == .object else { return json.skip() }
    (deltaType, text, thinking, signature) = (nil, nil, nil, nil)
    (partialJSON, citation, stopReason) = (nil, nil, nil)
    let start = json.mark()
    guard json.beginObject() else { return }
    while let key = json.nextKey() {
      if json.equals(key, "type") {
        deltaType = json.string()
      } else if json.equals(key, "text") {
        text = json.string()
      } else if json.equals(key, "thinking") {
        thinking = json.string()
      } else if json.equals(key, "partial_json") {
        partialJSON = json.string()
      } else if json.equals(key, "signature") {
        signature = json.string()
      } else if json.equals(key, "citation") {
        citation = Self.object(&json)
      } else if json.equals(key, "stop_reason") {
        stopReason = json.string()
      } else {
        json.skip()
      }
    }
    delta = json.slice(from: start)
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
extension AnthropicEvent: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    holes.add(.string, text)
    holes.add(.string, thinking)
    holes.add(.string, partialJSON)
    holes.add(.string, signature)
    holes.add(.value, block)
    holes.add(.value, citation)
    // Words and thoughts of one block are plain, and which block it is must not change among them.
    if text == nil, thinking == nil { holes.add(.number, index) }
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&type)
    template.move(&index)
    template.move(&message)
    template.move(&block)
    template.move(&usage)
    template.move(&error)
    template.move(&delta)
    template.move(&deltaType)
    template.move(&text)
    template.move(&thinking)
    template.move(&signature)
    template.move(&partialJSON)
    template.move(&citation)
    template.move(&stopReason)
  }
}
