// SPDX-License-Identifier: Apache-2.0

package import SpateCore
package import SpateDialects

/// A body with its dialect, to be fed in pieces. `spate-verify` makes them of recordings.
package struct Specimen: Sendable {
  package let dialect: any Dialect
  package let context: ResponseContext
  package let body: [UInt8]

  package init(dialect: any Dialect, context: ResponseContext, body: [UInt8]) {
    self.dialect = dialect
    self.context = context
    self.body = body
  }

  /// The same response with another body.
  package func with(_ body: [UInt8]) -> Specimen { Specimen(dialect: dialect, context: context, body: body) }

  package func decoder() -> any ResponseDecoder { dialect.decoder(for: context) }

  /// What a body gives: its events, and the error's code where it ends with one.
  package struct Result: Equatable, Sendable {
    package var events: [StreamEvent] = []
    package var code: SpateError.Code?
    package var eventCount = 0
  }

  /// The result of the body at once.
  package func result() -> Result { result(of: [0..<body.count]) }

  /// The result of the body in these pieces.
  package func result(of pieces: [Range<Int>]) -> Result {
    var decoder = decoder()
    var result = Result()
    for piece in pieces where decoder.feed(body.span.extracting(piece), into: &result.events) == .done { break }
    result.eventCount = decoder.eventCount
    result.code = Self.finish(decoder, into: &result.events)
    return result
  }

  /// Ends a body here; gives the error's code.
  package static func finish(
    _ decoder: any ResponseDecoder, _ end: BodyEnd = .clean, into events: inout [StreamEvent]
  ) -> SpateError.Code? {
    var decoder = decoder
    do throws(SpateError) {
      try decoder.finish(end, into: &events)
      return nil
    } catch { return error.code }
  }

  /// Ends the body after each number of bytes, from 0 to its end or to where the decoder is done. One byte at a time is
  /// fed, and a copy is finished, which is a snapshot: linear. `look` gets what the copy gave from there on.
  package func prefixes(
    _ end: BodyEnd = .clean, _ look: (_ count: Int, _ isNewEvent: Bool, _ last: [StreamEvent], SpateError.Code?) -> Void
  ) {
    var decoder = decoder()
    var events: [StreamEvent] = []
    var eventCount = 0
    for count in 0...body.count {
      var demand = BodyDemand.more
      if count > 0 {
        events.removeAll(keepingCapacity: true)
        demand = decoder.feed(body.span.extracting(count - 1..<count), into: &events)
      }
      events.removeAll(keepingCapacity: true)
      let code = Self.finish(decoder, end, into: &events)
      look(count, decoder.eventCount > eventCount, events, code)
      if demand == .done { return }
      eventCount = decoder.eventCount
    }
  }
}

/// A small generator with a seed, so that each run cuts and damages alike (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
