// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of Anthropic's is over: at the first `stop_reason`, or `message_stop`. White space behind the
/// value is not waited for.
struct AnthropicOracle: PrefixOracle {
  private var end = Int.max

  init(_ body: [UInt8]) {
    for line in EventLines.lines(of: body) {
      guard let data = EventLines.data(of: line), let last = data.lastIndex(where: { $0 > 0x20 }),
        let event = EventLines.value(data)
      else { continue }
      let reason = event["delta"]?["stop_reason"]?.string ?? event["message"]?["stop_reason"]?.string
      if event["type"] == "message_stop" || reason != nil {
        end = last + 1
        return
      }
    }
  }

  func isOver(after count: Int) -> Bool { count >= end }
}
