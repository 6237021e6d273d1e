// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

/// What decoding a short answer costs, each by a decoder of its own: the first event of its kind is most of them.
enum ShortAnswers {
  static let name = "short answer, OpenAI chat"
  static let wholeName = "short whole answer, OpenAI chat"
  static let sumName = "short answer, put together"
  static let names = [name, wholeName, sumName]
  static let chunks = 6
  static let answers = 1000

  private static let body: [UInt8] = {
    func chunk(_ delta: String, _ finish: String = "null", choices: Bool = true, usage: String = "null") -> String {
      "data: {\"id\":\"chatcmpl-BxkQ2Zr8Wn5TgYh1LmPqVsDf7Ea\",\"object\":\"chat.completion.chunk\",\"created\":1751234567,"
        + "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_07871e2ad8\","
        + "\"choices\":["
        + (choices ? "{\"index\":0,\"delta\":\(delta),\"logprobs\":null,\"finish_reason\":\(finish)}" : "")
        + "],\"usage\":\(usage),\"obfuscation\":\"abcde\"}\n\n"
    }
    let usage =
      "{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15,"
      + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":"
      + "{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"
    let chunks = [
      chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"), chunk("{\"content\":\"Hello\"}"),
      chunk("{\"content\":\" there\"}"), chunk("{\"content\":\"!\"}"), chunk("{}", "\"stop\""),
      chunk("", choices: false, usage: usage),
    ]
    return Array((chunks.joined() + "data: [DONE]\n\n").utf8)
  }()

  private static let whole = Array(
    ("{\"id\":\"chatcmpl-BxkQ2Zr8Wn5TgYh1LmPqVsDf7Ea\",\"object\":\"chat.completion\",\"created\":1751234567,"
      + "\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
      + "\"content\":\"Hello there!\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,"
      + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15,"
      + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":"
      + "{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
      + "\"rejected_prediction_tokens\":0}},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_07871e2ad8\"}")
      .utf8)

  static func decode(_ name: String, times: Int) {
    let dialect = OpenAIChatDialect()
    if name == sumName { return putTogether(times: times) }
    let isWhole = name == wholeName
    let body = isWhole ? whole : body
    let type = isWhole ? "application/json" : "text/event-stream"
    for _ in 0..<times * answers {
      var decoder = dialect.decoder(for: ResponseContext(status: 200, contentType: type))
      var batch: [StreamEvent] = []
      _ = decoder.feed(body.span, into: &batch)
      do {
        try decoder.finish(.clean, into: &batch)
      } catch { fatalError("\(error)") }
      guard case .finish? = batch.last else { fatalError("no finish") }
    }
  }
  private static func putTogether(times: Int) {
    var decoder = OpenAIChatDialect().decoder(for: ResponseContext(status: 200, contentType: "text/event-stream"))
    var events: [StreamEvent] = []
    _ = decoder.feed(body.span, into: &events)
    do {
      try decoder.finish(.clean, into: &events)
    } catch { fatalError("\(error)") }
    for _ in 0..<times * answers {
      var accumulator = Accumulator()
      for event in events { accumulator.add(event) }
      guard accumulator.partial.text == "Hello there!" else { fatalError("another answer") }
    }
  }
}
