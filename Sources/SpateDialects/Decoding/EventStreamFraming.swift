// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// AWS's binary event stream. A message whose checksums are wrong ends it: nothing after it can be told apart.
package struct EventStreamFraming: BodyFraming {
  /// What the headers of a message say.
  package struct Label: Sendable, Hashable {
    /// The kinds of messages.
    package enum Kind: Sendable, Hashable {
      case event
      /// One of the service's errors, with a payload of its own.
      case exception
      /// Any other error: its words are in a header.
      case error
    }

    package var kind: Kind
    /// The name of the event, of the exception, or the code of the error.
    package var type: String
    /// The words of an error.
    package var message: String?

    package init(kind: Kind, type: String, message: String? = nil) {
      self.kind = kind
      self.type = type
      self.message = message
    }
  }

  private var framer: EventStreamFramer

  package init(context: ResponseContext) { framer = EventStreamFramer(messageLimit: context.eventLimit) }

  package static func cursor() -> Int { 0 }

  /// It would be part of the first message's length.
  package static var readsSpaceBefore: Bool { true }

  /// A message begins with its length: 0 or 1, unless it were longer than any limit.
  package func form(of first: UInt8) -> BodyForm {
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["): .document
    case UInt8(ascii: "<"): .webPage
    default: .events
    }
  }

  package mutating func next(_ bytes: Span<UInt8>, _ cursor: inout Int) throws(WireError) -> BodyFrame<Label>? {
    try framer.next(bytes, &cursor) ? .buffer(label) : nil
  }

  private var label: Label {
    let kind = framer.header(":message-type")
    if let type = framer.header(":exception-type") { return Label(kind: .exception, type: type) }
    if kind == "error" || kind == "exception" {
      return Label(kind: .error, type: framer.header(":error-code") ?? "", message: framer.header(":error-message"))
    }
    // Some servers leave the kind of plain events out.
    return Label(kind: .event, type: framer.header(":event-type") ?? "")
  }

  package var data: [UInt8] { Array(framer.message[framer.payload]) }
  package var unknownLine: [UInt8] { [] }

  /// A message that has begun can not be used: its checksum is at its end.
  package func tail() -> FrameTail<Label>? {
    let rest = framer
    if rest.finish() { return nil }
    return FrameTail(label: Label(kind: .event, type: ""), data: [], isPartial: true)
  }

  package static func isHeartbeat(_ data: Span<UInt8>, _ label: Label) -> Bool { false }

  package static func isError(_ label: Label) -> Bool { label.kind != .event }
}
