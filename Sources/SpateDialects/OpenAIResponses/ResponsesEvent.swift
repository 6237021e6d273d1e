// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one event of a stream: nothing is decoded yet, and nothing changes until the
/// whole text is known to be valid. A field that repeats is assigned again, so the last one counts.
struct ResponsesEvent: Sendable {
  /// What an event is about, by its `type`: some servers leave `event:` out, and it never says more.
  enum Kind: Sendable {
    /// More words of a part.
    case delta(ResponsesPart)
    /// All words of a part.
    case done(ResponsesPart)
    case argumentsDelta, argumentsDone, partDone, summaryPartDone, annotation, itemAdded, itemDone
    /// The response as it stands, without an end.
    case state
    /// The response as it ended, and the status that the event stands for.
    case end(StaticString)
    case error, heartbeat
    /// Says nothing that other events do not say.
    case silent
    case other
  }

  var kind = Kind.other
  var type: JSONSlice?
  var sequence: JSONSlice?
  var outputIndex: JSONSlice?
  /// `content_index` or `summary_index`.
  var partIndex: JSONSlice?
  var itemID: JSONSlice?
  var delta: JSONSlice?
  /// The whole of what deltas bring: `text`, `refusal`, `arguments`, `input`.
  var whole: JSONSlice?
  var name: JSONSlice?
  var item: JSONSlice?
  var part: JSONSlice?
  var annotation: JSONSlice?
  var annotationIndex: JSONSlice?
  var logprobs: JSONSlice?
  var response: JSONSlice?
  var error: JSONSlice?
  /// The event has a field that belongs to the answer and has no name here.
  var hasExtra = false
  /// Padding, different in each event.
  private var padding: JSONSlice?

  /// Reads one event; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    self = ResponsesEvent()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "type") {
        type = json.string()
      } else if json.equals(key, "delta") {
        delta = json.string()
      } else if json.equals(key, "output_index") {
        outputIndex = json.number()
      } else if json.equals(key, "content_index") || json.equals(key, "summary_index") {
        partIndex = json.number()
      } else if json.equals(key, "sequence_number") {
        sequence = json.number()
      } else if json.equals(key, "item_id") {
        itemID = json.string()
      } else if json.equals(key, "obfuscation") {
        padding = json.string()
      } else {
        readRare(&json, key)
      }
    }
    if let type { kind = Self.kind(json, type) }
    return true
  }

  private mutating func readRare(_ json: inout JSONScanner, _ key: JSONSlice) {
    if json.equals(key, "logprobs") {
      let isList = json.kind() == .array
      let slice = json.slice()
      // `[]` comes with every delta.
      logprobs = isList && slice.count > 2 ? slice : nil
    } else if json.equals(key, "text") || json.equals(key, "refusal") || json.equals(key, "arguments")
      || json.equals(key, "input")
    {
      whole = json.string()
    } else if json.equals(key, "name") {
      name = json.string()
    } else if json.equals(key, "item") {
      item = Self.object(&json)
    } else if json.equals(key, "part") {
      part = Self.object(&json)
    } else if json.equals(key, "annotation") {
      annotation = Self.object(&json)
    } else if json.equals(key, "annotation_index") {
      annotationIndex = json.number()
    } else if json.equals(key, "response") {
      response = Self.object(&json)
    } else if json.equals(key, "error") {
      error = json.isNull() ? nil : json.slice()
    } else {
      hasExtra = true
      json.skip()
    }
  }

  private static func object(_ json: inout JSONScanner) -> JSONSlice? {
    guard json.kind() == .object else {
      json.skip()
      return nil
    }
    return json.slice()
  }

  private static func kind(_ json: borrowing JSONScanner, _ type: JSONSlice) -> Kind {
    func equals(_ text: StaticString) -> Bool { json.equals(type, text) }
    // The frequent ones first.
    if equals("response.output_text.delta") { return .delta(.text) }
    if equals("response.reasoning_summary_text.delta") { return .delta(.summary) }
    if equals("response.reasoning_text.delta") { return .delta(.thought) }
    if equals("response.function_call_arguments.delta") || equals("response.custom_tool_call_input.delta") {
      return .argumentsDelta
    }
    if equals("response.output_item.added") { return .itemAdded }
    if equals("response.output_item.done") { return .itemDone }
    if equals("response.output_text.done") { return .done(.text) }
    if equals("response.output_text.annotation.added") { return .annotation }
    if equals("response.content_part.added") || equals("response.reasoning_summary_part.added") { return .silent }
    if equals("response.content_part.done") { return .partDone }
    if equals("response.reasoning_summary_part.done") { return .summaryPartDone }
    if equals("response.reasoning_summary_text.done") { return .done(.summary) }
    if equals("response.reasoning_text.done") { return .done(.thought) }
    if equals("response.refusal.delta") { return .delta(.refusal) }
    if equals("response.refusal.done") { return .done(.refusal) }
    if equals("response.function_call_arguments.done") || equals("response.custom_tool_call_input.done") {
      return .argumentsDone
    }
    if equals("response.created") || equals("response.in_progress") || equals("response.queued") { return .state }
    if equals("response.completed") || equals("response.done") { return .end("completed") }
    if equals("response.incomplete") { return .end("incomplete") }
    if equals("response.failed") { return .end("failed") }
    if equals("response.cancelled") || equals("response.canceled") { return .end("cancelled") }
    if equals("keepalive") || equals("ping") { return .heartbeat }
    return equals("error") || equals("response.error") ? .error : .other
  }
}

/// What a part of an item holds.
enum ResponsesPart: Sendable, Hashable {
  /// Words of a message.
  case text
  /// A refusal in a message.
  case refusal
  /// A summary of thoughts.
  case summary
  /// Thoughts as they are.
  case thought

  /// The type of the item that such a part is in.
  var itemType: JSONValue {
    switch self {
    case .text, .refusal: "message"
    case .summary, .thought: "reasoning"
    }
  }
}

/// What differs from event to event, and where everything is.
extension ResponsesEvent: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    holes.add(.string, delta)
    holes.add(.number, sequence)
    holes.add(.value, logprobs)
    holes.add(.string, padding)
    // More of a part is plain, and which part it is must not change.
    if case .delta = kind { return }
    holes.add(.number, outputIndex)
    holes.add(.string, itemID)
    holes.add(.string, whole)
    holes.add(.value, item)
    holes.add(.value, part)
    holes.add(.value, annotation)
    holes.add(.number, annotationIndex)
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&type)
    template.move(&sequence)
    template.move(&outputIndex)
    template.move(&partIndex)
    template.move(&itemID)
    template.move(&delta)
    template.move(&whole)
    template.move(&name)
    template.move(&item)
    template.move(&part)
    template.move(&annotation)
    template.move(&annotationIndex)
    template.move(&logprobs)
    template.move(&response)
    template.move(&error)
    template.move(&padding)
  }
}
