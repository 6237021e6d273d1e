// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of OpenAI's Responses is finished, by a way of its own: whole lines and whole values.
struct ResponsesOracle: PrefixOracle {
  /// From this many bytes on the answer is over; nil when it never is.
  private var end: Int?

  init(_ body: [UInt8]) {
    let types: Set = ["response.completed", "response.incomplete", "response.failed", "response.cancelled"]
    for line in EventLines.lines(of: body) where end == nil {
      guard let data = EventLines.data(of: line), let last = data.lastIndex(where: { $0 > 0x20 }) else { continue }
      let mark = Array("[DONE]".utf8)
      if data.starts(with: mark) {
        end = data.startIndex + mark.count
      } else if let type = EventLines.value(data)?["type"]?.string, types.contains(type) {
        end = last + 1
      }
    }
  }

  /// Whether the answer is over after this many bytes.
  func isOver(after count: Int) -> Bool { end.map { count >= $0 } ?? false }
}
