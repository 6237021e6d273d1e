// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where an OpenAI-shaped stream is finished, by a way of its own: whole lines and whole values.
struct ChatOracle: PrefixOracle {
  /// From this many bytes on the answer is over, or is not any more because another one of several began.
  private var changes: [(place: Int, isOver: Bool)] = []
  private var begun: Set<Int> = []
  private var finished: Set<Int> = []

  init(_ body: [UInt8]) {
    for line in EventLines.lines(of: body) { read(line) }
  }

  /// Whether the answer is over after this many bytes.
  func isOver(after count: Int) -> Bool { changes.last { $0.place <= count }?.isOver ?? false }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    guard let data = EventLines.data(of: line) else { return }
    let mark = Array("[DONE]".utf8)
    if data.starts(with: mark) {
      changes.append((data.startIndex + mark.count, true))
      return
    }
    // White space behind the value is not waited for.
    guard let last = data.lastIndex(where: { $0 > 0x20 }), let chunk = EventLines.value(data) else { return }
    for choice in chunk["choices"]?.array ?? [] {
      let index = choice["index"]?.int ?? 0
      let word = choice["finish_reason"]?.string ?? ""
      begun.insert(index)
      if !word.isEmpty, word != "null" { finished.insert(index) }
    }
    let isOver = !begun.isEmpty && begun.isSubset(of: finished)
    if changes.last?.isOver ?? false != isOver { changes.append((last + 1, isOver)) }
  }
}

/// Server-sent events by lines, for oracles: slow, and plain to see.
enum EventLines {
  /// The lines, without their ends.
  static func lines(of body: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    while start < body.count {
      let end = body[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? body.count
      lines.append(body[start..<end])
      start = end + 1
    }
    return lines
  }

  /// What follows `data:`; nil for any other line.
  static func data(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let name = Array("data:".utf8)
    return line.starts(with: name) ? line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") } : nil
  }

  /// Nil for what is no JSON.
  static func value(_ data: ArraySlice<UInt8>) -> JSONValue? {
    do { return try JSONValue(parsing: Array(data)) } catch { return nil }
  }
}
