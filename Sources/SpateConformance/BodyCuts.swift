// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// The ways to cut a body into reads.
package enum BodyCuts {
  /// Pieces of one size.
  package static func pieces(of count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Pieces of random sizes up to `longest`.
  package static func random(
    of count: Int, longest: Int = 200, _ random: inout SeededGenerator
  ) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    while start < count {
      let end = min(start + Int.random(in: 1...longest, using: &random), count)
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  /// Each single cut of the body, with all that follows it and the end: the time grows with the square of the length.
  /// What lies before the cut by more than `window` bytes is fed once, and the copy of the decoder stands for it.
  /// `differs` gets the places of cuts with another result; gives the number of cuts.
  package static func everyCutToTheEnd(_ specimen: Specimen, window: Int = 512, differs: (Int) -> Void) -> Int {
    let whole = specimen.result()
    var decoder = specimen.decoder()
    var before: [StreamEvent] = []
    var cuts = 0
    let body = specimen.body
    for range in pieces(of: body.count, size: window) {
      for cut in range where cut > 0 {
        var copy = decoder
        var events: [StreamEvent] = []
        let piece = range.lowerBound..<cut
        var demand = BodyDemand.more
        if !piece.isEmpty { demand = copy.feed(body.span.extracting(piece), into: &events) }
        if demand == .more { _ = copy.feed(body.span.extracting(cut..<body.count), into: &events) }
        let count = copy.eventCount
        let code = Specimen.finish(copy, into: &events)
        cuts += 1
        let isSame =
          code == whole.code && count == whole.eventCount && whole.events.dropFirst(before.count) == events[...]
        if !isSame { differs(cut) }
      }
      if decoder.feed(body.span.extracting(range), into: &before) == .done { break }
    }
    return cuts
  }

  /// Each single cut, seen through windows: what a cut changes shows in the event that it falls into, or in the next one.
  /// The decoder is copied at the beginning of each window, which is fed at each of its cuts with the next window after
  /// it. A window is an event; what is longer than `longest` is cut into windows of 512 bytes. Gives the number of cuts.
  package static func everyCut(_ specimen: Specimen, longest: Int = 4096, differs: (Int) -> Void) -> Int {
    var decoder = specimen.decoder()
    var cuts = 0
    let body = specimen.body
    let windows = events(of: specimen).flatMap { event in
      event.count <= longest
        ? [event]
        : pieces(of: event.count, size: 512).map { $0.lowerBound + event.lowerBound..<$0.upperBound + event.lowerBound }
    }
    for (number, range) in windows.enumerated() {
      let next = number + 1 < windows.count ? windows[number + 1] : range.upperBound..<range.upperBound
      var wanted: [StreamEvent] = []
      var after = decoder
      let demand = after.feed(body.span.extracting(range), into: &wanted)
      var ahead = after
      _ = ahead.feed(body.span.extracting(next), into: &wanted)
      for cut in range where cut > 0 {
        var copy = decoder
        var events: [StreamEvent] = []
        for piece in [range.lowerBound..<cut, cut..<range.upperBound, next] where !piece.isEmpty {
          _ = copy.feed(body.span.extracting(piece), into: &events)
        }
        cuts += 1
        if events != wanted || copy.eventCount != ahead.eventCount { differs(cut) }
      }
      if demand == .done { break }
      decoder = after
    }
    return cuts
  }

  /// The body in pieces that each end where an event of the provider's protocol has come.
  private static func events(of specimen: Specimen) -> [Range<Int>] {
    var decoder = specimen.decoder()
    var ignored: [StreamEvent] = []
    var ranges: [Range<Int>] = []
    var start = 0
    var count = 0
    for place in specimen.body.indices {
      _ = decoder.feed(specimen.body.span.extracting(place..<place + 1), into: &ignored)
      guard decoder.eventCount > count else { continue }
      count = decoder.eventCount
      ranges.append(start..<place + 1)
      start = place + 1
      ignored.removeAll(keepingCapacity: true)
    }
    if start < specimen.body.count { ranges.append(start..<specimen.body.count) }
    return ranges
  }
}
