// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of Ollama's is over: with the line that says `"done": true`.
struct OllamaOracle: PrefixOracle {
  private var end = Int.max

  init(_ body: [UInt8]) {
    for line in EventLines.lines(of: body) {
      guard let last = line.lastIndex(where: { $0 > 0x20 }), EventLines.value(line)?["done"] == true else { continue }
      end = last + 1
      return
    }
  }

  func isOver(after count: Int) -> Bool { count >= end }
}
