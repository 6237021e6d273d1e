// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

extension Sweep {
  /// P8: each recorded stream, cut at every byte and ended cleanly, is no answer before its own finish, and is one after
  /// it. The decoder is fed one byte at a time, and a copy of it is finished: linear.
  static let prefixes = Sweep(name: "prefixes", corpus: "captures") { shared, report in
    var cuts = 0
    var wrong = 0
    let captures = try Capture.all(in: shared).filter(\.isStream)
    for capture in captures {
      let finish = PrefixSweep.finishPlace(in: capture.body)
      let isAnswer = capture.result(of: [0..<capture.body.count]).code == nil
      var decoder = capture.decoder()
      var events: [StreamEvent] = []
      for place in 0..<capture.body.count {
        let code = Capture.finish(decoder, into: &events)
        cuts += 1
        let isRight = place < finish ? code != nil : code == nil || !isAnswer
        if !isRight {
          wrong += 1
          report.fail(
            "\(capture.file), cut after \(place) bytes: \(code?.description ?? "an answer"), finish \(finish)")
        }
        events.removeAll(keepingCapacity: true)
        if decoder.feed(capture.body.span.extracting(place..<place + 1), into: &events) == .done { break }
        events.removeAll(keepingCapacity: true)
      }
    }
    report.figures = "\(captures.count) streams, \(cuts) cuts, \(wrong) wrongly an answer or an error"
  }
}

/// Knows where an OpenAI-shaped stream is finished, by a way of its own: whole lines and whole values.
enum PrefixSweep {
  /// The offset after the last byte of the first line that says that the answer is over; the body's end when none does.
  static func finishPlace(in body: [UInt8]) -> Int {
    var start = 0
    while start < body.count {
      let end = body[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? body.count
      if let place = finishPlace(inLine: body[start..<end]) { return place }
      start = end + 1
    }
    return body.count
  }

  private static func finishPlace(inLine line: ArraySlice<UInt8>) -> Int? {
    let name = Array("data:".utf8)
    guard line.starts(with: name) else { return nil }
    let data = line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") }
    let mark = Array("[DONE]".utf8)
    if data.starts(with: mark) { return data.startIndex + mark.count }
    do {
      let chunk = try JSONValue(parsing: Array(data))
      let isOver = (chunk["choices"]?.array ?? []).contains { choice in
        let word = choice["finish_reason"]?.string ?? ""
        return !word.isEmpty && word != "null"
      }
      guard isOver else { return nil }
    } catch { return nil }
    // White space behind the value is not waited for.
    return data.lastIndex { $0 > 0x20 }.map { $0 + 1 }
  }
}
