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
      let oracle = PrefixOracle(capture.body)
      let isAnswer = capture.result(of: [0..<capture.body.count]).code == nil
      var decoder = capture.decoder()
      var events: [StreamEvent] = []
      for place in 0..<capture.body.count {
        let code = Capture.finish(decoder, into: &events)
        cuts += 1
        let isRight = oracle.isOver(after: place) ? code == nil || !isAnswer : code != nil
        if !isRight {
          wrong += 1
          report.fail(
            "\(capture.file), cut after \(place) bytes: \(code?.description ?? "an answer")")
        }
        events.removeAll(keepingCapacity: true)
        if decoder.feed(capture.body.span.extracting(place..<place + 1), into: &events) == .done { break }
        events.removeAll(keepingCapacity: true)
      }
    }
    if captures.isEmpty { report.fail("no stream in a known dialect") }
    report.figures = "\(captures.count) streams, \(cuts) cuts, \(wrong) wrongly an answer or an error"
  }
}

/// Knows where an OpenAI-shaped stream is finished, by a way of its own: whole lines and whole values.
struct PrefixOracle {
  /// From this many bytes on the answer is over, or is not any more because another one of several began.
  private var changes: [(place: Int, isOver: Bool)] = []
  private var begun: Set<Int> = []
  private var finished: Set<Int> = []

  init(_ body: [UInt8]) {
    var start = 0
    while start < body.count {
      let end = body[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? body.count
      read(body[start..<end])
      start = end + 1
    }
  }

  /// Whether the answer is over after this many bytes.
  func isOver(after count: Int) -> Bool { changes.last { $0.place <= count }?.isOver ?? false }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    let name = Array("data:".utf8)
    guard line.starts(with: name) else { return }
    let data = line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") }
    let mark = Array("[DONE]".utf8)
    if data.starts(with: mark) {
      changes.append((data.startIndex + mark.count, true))
      return
    }
    // White space behind the value is not waited for.
    guard let last = data.lastIndex(where: { $0 > 0x20 }), let chunk = Self.value(data) else { return }
    for choice in chunk["choices"]?.array ?? [] {
      let index = choice["index"]?.int ?? 0
      let word = choice["finish_reason"]?.string ?? ""
      begun.insert(index)
      if !word.isEmpty, word != "null" { finished.insert(index) }
    }
    let isOver = !begun.isEmpty && begun.isSubset(of: finished)
    if changes.last?.isOver ?? false != isOver { changes.append((last + 1, isOver)) }
  }

  private static func value(_ data: ArraySlice<UInt8>) -> JSONValue? {
    do { return try JSONValue(parsing: Array(data)) } catch { return nil }
  }
}
