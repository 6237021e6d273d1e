// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// A ``BodyDecoder`` of one payload behind a type of its own.
///
/// A generic type reaches its code through an existential unspecialised: every event would pass through witness tables.
/// A concrete type's witnesses are specialised. So each dialect has two lines:
///
/// ```swift
/// private struct ChatBody: ConcreteDecoder { var body: BodyDecoder<ChatDecoder> }
/// ```
package protocol ConcreteDecoder: ResponseDecoder, TemplateCounting {
  /// What makes sense of the frames.
  associatedtype Payload: PayloadDecoder

  /// All that it holds.
  var body: BodyDecoder<Payload> { get set }

  init(body: BodyDecoder<Payload>)
}

extension ConcreteDecoder {
  /// For a response with this context.
  package init(context: ResponseContext) { self.init(body: BodyDecoder(context: context)) }

  package var eventCount: Int { body.eventCount }
  package var hasBegun: Bool { body.hasBegun }
  package var cursor: StreamCursor? { body.cursor }
  package var templateCounts: (hits: Int, misses: Int) { body.templateCounts }

  package func resumed(for context: ResponseContext) -> (any ResponseDecoder)? {
    body.resumed(for: context).map { Self(body: $0) }
  }

  package mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand {
    body.feed(bytes, into: &events)
  }

  package mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError) {
    try body.finish(end, into: &events)
  }
}
