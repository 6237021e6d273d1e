// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of Cohere's is over: with the data of its `message-end`.
struct CohereOracle: PrefixOracle {
  private var end = Int.max

  init(_ body: [UInt8]) {
    for line in EventLines.lines(of: body) {
      guard let data = EventLines.data(of: line), let last = data.lastIndex(where: { $0 > 0x20 }),
        EventLines.value(data)?["type"] == "message-end"
      else { continue }
      end = last + 1
      return
    }
  }

  func isOver(after count: Int) -> Bool { count >= end }
}
