// SPDX-License-Identifier: Apache-2.0

import SpateCore
@_spi(Benchmarks) import SpateDialects

/// F1: what decoding costs from memory to typed events with their texts, an event, by dialect.
///
/// The streams are rendered here, in the shape that each provider's have: what differs from event to event in theirs
/// (words, numbers, padding) differs here. Reads of 64 KiB.
enum DecodeCosts {
  static let events = 20_000
  private static let runs = 9
  private static let words = [
    " the", " stream", "ing", ",", " and", " typed", " events", ".", " Öl", " \\\"so\\\"", "\\n",
  ]

  private struct Stream: Sendable {
    let name: String
    let dialect: DialectID
    var contentType = "text/event-stream"
    var prologue = ""
    let event: @Sendable (Int) -> String
    var epilogue = ""
  }

  private static func word(_ number: Int) -> String { words[number % words.count] }

  private static func padding(_ number: Int) -> String { String(repeating: "x", count: 1 + number * 7 % 16) }

  private static func chat(_ rest: @escaping @Sendable (Int) -> String) -> @Sendable (Int) -> String {
    { number in
      "data: {\"id\":\"chatcmpl-BxkQ2Zr8Wn5TgYh1LmPqVsDf7Ea\",\"object\":\"chat.completion.chunk\",\"created\":1751234567,"
        + "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_07871e2ad8\","
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(word(number))\"},\"logprobs\":null,\"finish_reason\":null}]"
        + "\(rest(number))}\n\n"
    }
  }

  private static let chatEnd =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

  private static let streams = [
    Stream(
      name: "OpenAI chat", dialect: .openAIChat, event: chat { ",\"usage\":null,\"obfuscation\":\"\(padding($0))\"" },
      epilogue: chatEnd),
    Stream(
      name: "usage on each chunk, OpenAI chat", dialect: .openAIChat,
      event: chat { ",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":\($0),\"total_tokens\":\(12 + $0)}" },
      epilogue: chatEnd),
    Stream(
      name: "OpenAI Responses", dialect: .openAIResponses,
      prologue:
        "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,"
        + "\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\n",
      event: { number in
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":\(number),"
          + "\"item_id\":\"msg_68a1c3f2b4d8819f9a0c1e2d3f4a5b6c\",\"output_index\":0,\"content_index\":0,"
          + "\"delta\":\"\(word(number))\",\"logprobs\":[],\"obfuscation\":\"\(padding(number))\"}\n\n"
      },
      epilogue: "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n"),
    Stream(
      name: "Anthropic", dialect: .anthropic,
      prologue:
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
      event: { number in
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
          + "\"delta\":{\"type\":\"text_delta\",\"text\":\"\(word(number))\"}}\n\n"
      },
      epilogue: "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
        + "data: {\"type\":\"message_stop\"}\n\n"),
    Stream(
      name: "Gemini", dialect: .gemini,
      event: { number in
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\(word(number))\"}],\"role\":\"model\"},\"index\":0}],"
          + "\"usageMetadata\":{\"promptTokenCount\":12,\"totalTokenCount\":12},\"modelVersion\":\"gemini-2.5-flash\","
          + "\"responseId\":\"a1b2c3d4\"}\n\n"
      },
      epilogue: "data: {\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\",\"index\":0}]}\n\n"),
    Stream(
      name: "usage on each chunk, Gemini", dialect: .gemini,
      event: { number in
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\(word(number))\"}],\"role\":\"model\"},\"index\":0}],"
          + "\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":\(number),"
          + "\"totalTokenCount\":\(12 + number)},\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"a1b2c3d4\"}\n\n"
      },
      epilogue: "data: {\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\",\"index\":0}]}\n\n"),
    Stream(
      name: "Ollama", dialect: .ollama, contentType: "application/x-ndjson",
      event: { number in
        "{\"model\":\"llama3.2\",\"created_at\":\"2026-11-21T10:15:30.\(100_000 + number)Z\","
          + "\"message\":{\"role\":\"assistant\",\"content\":\"\(word(number))\"},\"done\":false}\n"
      },
      epilogue: "{\"model\":\"llama3.2\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n"),
    Stream(
      name: "Cohere", dialect: .cohere,
      event: { number in
        "event: content-delta\ndata: {\"type\":\"content-delta\",\"index\":0,"
          + "\"delta\":{\"message\":{\"content\":{\"text\":\"\(word(number))\"}}}}\n\n"
      },
      epilogue: "data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\"}}\n\n"),
  ]

  /// Prints one line a stream; false when one is over its limit, or misses the template.
  static func run(limits: [String: Double], only: String) -> Bool {
    var isWithin = true
    for stream in streams where only.isEmpty || "decode, \(stream.name)".contains(only) {
      let name = "decode, \(stream.name)"
      let limit = limits[name] ?? .infinity
      let body = body(stream)
      var counts = (hits: 0, misses: 0)
      var nanoseconds = Double.infinity
      for round in 0..<4 where round == 0 || nanoseconds > limit {
        nanoseconds = min(nanoseconds, CPUTime.least(of: runs) { counts = decode(body, stream) } / Double(events))
      }
      let share = Double(counts.hits) / Double(max(counts.hits + counts.misses, 1))
      let isOver = nanoseconds > limit || share < 0.95
      isWithin = isWithin && !isOver
      print(
        "\(isOver ? "OVER" : "ok  ") \(name): \(Format.number(nanoseconds, digits: 1)) ns an event, "
          + "threshold \(Format.number(limit, digits: 0)), by the template \(Format.number(share * 100, digits: 2)) %")
    }
    return isWithin
  }

  static var names: [String] { streams.map(\.name) }

  /// Decodes the stream of that name so often. Its bytes are made once: what that takes is in every count.
  static func decode(_ name: String, times: Int) {
    guard let stream = streams.first(where: { $0.name == name }) else { fatalError("no stream \(name)") }
    let body = body(stream)
    for _ in 0..<times { _ = decode(body, stream) }
  }

  private static func body(_ stream: Stream) -> [UInt8] {
    Array((stream.prologue + (0..<events).map(stream.event).joined() + stream.epilogue).utf8)
  }

  private static func decode(_ body: [UInt8], _ stream: Stream) -> (hits: Int, misses: Int) {
    guard let dialect = Dialects.builtIn[stream.dialect] else { fatalError("no dialect \(stream.dialect)") }
    var decoder = dialect.decoder(for: ResponseContext(status: 200, contentType: stream.contentType))
    var batch: [StreamEvent] = []
    var count = 0
    let span = body.span
    var start = 0
    while start < span.count {
      let end = min(start + 64 << 10, span.count)
      _ = decoder.feed(span.extracting(start..<end), into: &batch)
      for event in batch { if case .text = event { count += 1 } }
      batch.removeAll(keepingCapacity: true)
      start = end
    }
    let counts = DecoderBenchmarks.templateCounts(decoder) ?? (0, 0)
    do {
      try decoder.finish(.clean, into: &batch)
    } catch { fatalError("\(stream.name): \(error)") }
    guard count == events, case .finish? = batch.last else { fatalError("\(stream.name): \(count) events") }
    return counts
  }
}
