// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of Gemini's is over: once each answer that began has a reason, or the prompt was blocked. Events
/// by whole lines; elements of an array by counting brackets.
struct GeminiOracle: PrefixOracle {
  /// From this many bytes on the answer is over, or is not any more because another one of several began.
  private var changes: [(place: Int, isOver: Bool)] = []
  private var begun: Set<Int> = []
  private var finished: Set<Int> = []

  init(_ body: [UInt8]) {
    if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
      for element in Self.elements(of: body) { read(element) }
      return
    }
    for line in EventLines.lines(of: body) { if let data = EventLines.data(of: line) { read(data) } }
  }

  /// Whether the answer is over after this many bytes.
  func isOver(after count: Int) -> Bool { changes.last { $0.place <= count }?.isOver ?? false }

  private mutating func read(_ data: ArraySlice<UInt8>) {
    // White space behind the value is not waited for.
    guard let last = data.lastIndex(where: { $0 > 0x20 }), let chunk = EventLines.value(data) else { return }
    let candidates = chunk["candidates"]?.array ?? []
    for (number, candidate) in candidates.enumerated() {
      let index = candidate["index"]?.int ?? (candidates.count > 1 ? number : 0)
      begun.insert(index)
      let word = candidate["finishReason"]
      if let word, !word.isNull, word != "", word != 0, word != "FINISH_REASON_UNSPECIFIED" { finished.insert(index) }
    }
    let isBlocked = chunk["promptFeedback"]?["blockReason"].map { !$0.isNull } ?? false
    let isOver = isBlocked || !begun.isEmpty && begun.isSubset(of: finished)
    if changes.last?.isOver ?? false != isOver { changes.append((last + 1, isOver)) }
  }

  /// The objects of an array.
  private static func elements(of body: [UInt8]) -> [ArraySlice<UInt8>] {
    var elements: [ArraySlice<UInt8>] = []
    var (depth, start, isInString, isEscaped) = (0, 0, false, false)
    for (place, byte) in body.enumerated() {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == 1 { start = place }
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 1 { elements.append(body[start...place]) }
      default: break
      }
    }
    return elements
  }
}
