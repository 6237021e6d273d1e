// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Knows where a stream of Bedrock's is over: behind the frame with `messageStop`, or with Anthropic's `stop_reason`.
/// Checksums are not looked at.
struct BedrockOracle: PrefixOracle {
  private var end = Int.max

  init(_ body: [UInt8]) {
    var start = 0
    while start + 16 <= body.count {
      let length = Self.number(body, start)
      let headers = Self.number(body, start + 4)
      guard length >= 16 + headers, start + length <= body.count else { return }
      let head = body[start + 12..<start + 12 + headers]
      if Self.isLast(String(decoding: head, as: UTF8.self), body[start + 12 + headers..<start + length - 4]) {
        end = start + length
        return
      }
      start += length
    }
  }

  func isOver(after count: Int) -> Bool { count >= end }

  private static func number(_ body: [UInt8], _ place: Int) -> Int {
    (0..<4).reduce(0) { $0 * 256 + Int(body[place + $1]) }
  }

  private static func isLast(_ headers: String, _ payload: ArraySlice<UInt8>) -> Bool {
    guard let value = EventLines.value(payload) else { return false }
    if headers.contains("messageStop") { return value["stopReason"] != nil }
    guard let text = value["bytes"]?.string else { return false }
    do {
      let event = try JSONValue(parsing: SharedFolder.base64(text))
      return event["type"] == "message_stop" || event["delta"]?["stop_reason"]?.string != nil
    } catch { return false }
  }
}
