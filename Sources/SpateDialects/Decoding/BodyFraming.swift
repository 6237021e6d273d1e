// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// How a dialect's stream is cut into frames: server-sent events, lines, elements of an array, binary frames.
///
/// A copyable value; any split of the body gives the same frames. Concrete types only: ``BodyDecoder`` is specialised
/// for them.
package protocol BodyFraming: Sendable {
  /// What a frame says about itself beside its data.
  associatedtype Label: Sendable
  /// The reading position in one piece of the body.
  associatedtype Cursor

  init(context: ResponseContext)

  /// A cursor at the start of a piece.
  static func cursor() -> Cursor

  /// What a body is that begins with this byte, after a byte order mark and white space.
  mutating func form(of first: UInt8) -> BodyForm

  /// Whether what stood before the first byte on its line belongs to the frames.
  static var readsSpaceBefore: Bool { get }

  /// The next frame; nil once all of the piece is used up.
  mutating func next(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) -> BodyFrame<Label>?

  /// The data of the last frame, when it is not in the piece.
  var data: [UInt8] { get }

  /// The protocol's name for the last frame; `message` where it has none.
  var frameType: String { get }

  /// The last line that is no known field.
  var unknownLine: [UInt8] { get }

  /// What is left after the last whole frame, now that the body is over.
  func tail() -> FrameTail<Label>?

  /// Whether a frame is a mere sign of life.
  static func isHeartbeat(_ data: Span<UInt8>, _ label: Label) -> Bool

  /// Whether a frame says of itself that it is an error.
  static func isError(_ label: Label) -> Bool
}

extension BodyFraming {
  /// Frames that have no names.
  package var frameType: String { "message" }
}

/// What a body is.
package enum BodyForm: Sendable {
  /// Frames.
  case events
  /// One JSON document.
  case document
  case webPage
}

/// What a framing found.
package enum BodyFrame<Label: Sendable>: Sendable {
  /// Its data lies in the piece at hand.
  case input(Range<Int>, Label)
  /// Its data is in ``BodyFraming/data``.
  case buffer(Label)
  /// A heart-beat.
  case comment
  /// A line that the framing has no name for: ``BodyFraming/unknownLine``.
  case unknown
}

/// What a body ended with after its last whole frame.
package struct FrameTail<Label: Sendable>: Sendable {
  var label: Label
  /// A frame that lacks only its end mark: it is used if it is whole (rule S9).
  var data: [UInt8]?
  /// A last line that is no known field.
  var unknownLine: [UInt8]?
  /// Something came that can be no frame any more.
  var isPartial = false
  /// The framing lets the last frame do without its end mark: nothing is to be warned of.
  var needsNoMark = false
}

/// Server-sent events.
package struct SSEFraming: BodyFraming {
  private var framer: SSEFramer

  package init(context: ResponseContext) {
    framer = SSEFramer(lineLimit: context.eventLimit, eventLimit: context.eventLimit)
  }

  package static func cursor() -> SSEFramer.Cursor { SSEFramer.Cursor() }

  package static var readsSpaceBefore: Bool { true }

  package func form(of first: UInt8) -> BodyForm {
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["): .document
    case UInt8(ascii: "<"): .webPage
    default: .events
    }
  }

  package mutating func next(
    _ bytes: Span<UInt8>, _ cursor: inout SSEFramer.Cursor
  ) throws(WireError) -> BodyFrame<EventType>? {
    switch try framer.next(bytes, &cursor) {
    case nil: nil
    case .event(.input(let range))?: .input(range, label)
    case .event(.buffer)?: .buffer(label)
    case .comment?: .comment
    case .unknownField?: .unknown
    }
  }

  package var data: [UInt8] { framer.data }
  package var unknownLine: [UInt8] { framer.unknownLine }
  package var frameType: String { framer.eventType }

  private var label: EventType { framer.isEventType("error") ? .error : .message }

  package func tail() -> FrameTail<EventType>? {
    guard let tail = framer.finish() else { return nil }
    var rest = FrameTail<EventType>(label: tail.eventType == "error" ? .error : .message, data: tail.data)
    if let line = tail.unknownLine {
      // The beginning of a known name is a frame that was cut there.
      rest.isPartial = ["data", "event", "id", "retry"].contains { Array($0.utf8).starts(with: line) }
      if !rest.isPartial { rest.unknownLine = line }
    }
    return rest
  }

  /// `data: : OPENROUTER PROCESSING` is a heart-beat that went through a proxy (rule S3); an empty event is one too.
  package static func isHeartbeat(_ data: Span<UInt8>, _ label: EventType) -> Bool {
    guard case .message = label else { return false }
    return data.isEmpty || data[0] == UInt8(ascii: ":")
  }

  package static func isError(_ label: EventType) -> Bool { if case .error = label { true } else { false } }
}
