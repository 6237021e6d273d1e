// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Gemini's streams: server-sent events with `alt=sse`, else one JSON array whose elements come one by one. The first
/// byte says which.
struct GeminiFraming: BodyFraming {
  private var events: SSEFraming
  private var array: JSONArrayFramer
  private var isArray = false
  /// The array's bracket was read; before it there may be a byte order mark.
  private var hasOpened = false

  /// A place in a piece, for either form.
  struct Cursor {
    var events = SSEFraming.cursor()
    var position = 0
  }

  init(context: ResponseContext) {
    events = SSEFraming(context: context)
    array = JSONArrayFramer(elementLimit: context.eventLimit)
  }

  static func cursor() -> Cursor { Cursor() }

  static var readsSpaceBefore: Bool { true }

  mutating func form(of first: UInt8) -> BodyForm {
    guard first == UInt8(ascii: "[") else { return events.form(of: first) }
    isArray = true
    return .events
  }

  mutating func next(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) -> BodyFrame<EventType>? {
    guard isArray else { return try events.next(bytes, &cursor.events) }
    while !hasOpened, cursor.position < bytes.count {
      if bytes[cursor.position] == UInt8(ascii: "[") { hasOpened = true } else { cursor.position += 1 }
    }
    do throws(WireError) {
      return try array.next(bytes, &cursor.position) ? .buffer(.message) : nil
    } catch {
      // What follows the array's end breaks nothing any more.
      guard array.isEnded else { throw error }
      cursor.position = bytes.count
      return nil
    }
  }

  var data: [UInt8] { isArray ? array.element : events.data }

  var unknownLine: [UInt8] { events.unknownLine }

  func tail() -> FrameTail<EventType>? {
    guard isArray else { return events.tail() }
    let copy = array
    guard let rest = copy.finish() else { return nil }
    return FrameTail(label: .message, data: rest.isEmpty ? nil : rest, isPartial: true)
  }

  static func isHeartbeat(_ data: Span<UInt8>, _ label: EventType) -> Bool { SSEFraming.isHeartbeat(data, label) }

  static func isError(_ label: EventType) -> Bool { SSEFraming.isError(label) }
}
