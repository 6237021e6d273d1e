// SPDX-License-Identifier: Apache-2.0

/// What one event costs, in a warm loop over a recorded-looking stream that we wrote.
enum EventCosts {
  /// A chunk of an OpenAI chat stream with the full set of fields, 299 bytes.
  static let openAI =
    "{\"id\":\"chatcmpl-BxkQ2Zr8Wn5TgYh1LmPqVsDf7Ea\",\"object\":\"chat.completion.chunk\",\"created\":1751234567,"
    + "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_07871e2ad8\","
    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" streaming\"},\"logprobs\":null,\"finish_reason\":null}],"
    + "\"usage\":null,\"obfuscation\":\"aB3\"}"
  /// A text delta of an Anthropic stream.
  static let anthropic =
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" hello\"}}"

  private static let runs = 15
  private static let events = 4000

  /// Each by its name, with what gives its nanoseconds an event.
  static func all() -> [(name: String, measure: () -> Double)] {
    let chunk = Array(openAI.utf8)
    let plain = Array(String(repeating: "data: \(openAI)\n\n", count: events).utf8)
    let typed = Array(String(repeating: "event: content_block_delta\ndata: \(anthropic)\n\n", count: events).utf8)
    let lines = Array(String(repeating: "\(openAI)\n", count: events).utf8)
    let delta = Array(anthropic.utf8)
    let array = Array("[\(Array(repeating: openAI, count: events).joined(separator: ",\n"))]".utf8)
    let read = 64 << 10
    return [
      ("sse, OpenAI, whole body", { perEvent { Subjects.sse(plain, pieces: .max >> 1) } }),
      ("sse, OpenAI, reads of 64 KiB", { perEvent { Subjects.sse(plain, pieces: read) } }),
      ("sse, OpenAI, reads of 1 KiB", { perEvent { Subjects.sse(plain, pieces: 1 << 10) } }),
      ("sse, Anthropic, reads of 64 KiB", { perEvent { Subjects.sse(typed, pieces: read) } }),
      ("ndjson, reads of 64 KiB", { perEvent { Subjects.ndjson(lines, pieces: read) } }),
      ("json array, reads of 64 KiB", { perEvent { Subjects.jsonArray(array, pieces: read) } }),
      ("validate, OpenAI", { perEvent { repeated { Subjects.validate(chunk) } } }),
      ("validate, Anthropic", { perEvent { repeated { Subjects.validate(delta) } } }),
      ("JSONValue, OpenAI", { perEvent { repeated { Subjects.value(chunk) } } }),
    ]
  }

  private static func perEvent(_ body: () -> Int) -> Double {
    CPUTime.least(of: runs) {
      guard body() >= events - 1 else { fatalError("events got lost") }
    } / Double(events)
  }

  private static func repeated(_ body: () -> Int) -> Int {
    var count = 0
    for _ in 0..<events { count += body() }
    return count
  }
}
