// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// `stream.openAI`: S13, S14, S16, S33 to S35, S39 to S42.
@Suite(.timeLimit(.minutes(10))) struct OpenAIViewTests {
  @Test func S39_S41_theShapeOfAnAnswer() async throws {
    let chunks = try await PlayedTransport.answering(ChatBytes.answer("Hel", "lo"), size: 7).stream().openAI.all()
    #expect(chunks.map { $0.choices.first?.delta.role } == ["assistant", nil, nil, nil, nil])
    #expect(chunks.map { $0.choices.first?.delta.content } == [nil, "Hel", "lo", nil, nil])
    #expect(chunks.map { $0.choices.first?.finishReason } == [nil, nil, nil, .stop, nil])
    #expect(chunks.allSatisfy { $0.id == "c1" && $0.model == "m-1" && $0.created == 1 })
    #expect(chunks.allSatisfy { $0.object == "chat.completion.chunk" })
    // S42: the usage comes in a chunk without choices.
    #expect(chunks.map(\.choices.count) == [1, 1, 1, 1, 0])
    #expect(chunks.last?.usage?.output == 2)
  }

  @Test func withoutUsageThereIsNoChunkOfIt() async throws {
    let body = ChatBytes.head + ChatBytes.text("a") + ChatBytes.finish() + ChatBytes.done
    let chunks = try await PlayedTransport.answering(body).stream().openAI.all()
    #expect(chunks.map(\.choices.count) == [1, 1, 1])
  }

  @Test func itEncodesToTheJSONThatCame() async throws {
    let fingerprint =
      #"{"id":"c","object":"chat.completion.chunk","created":9,"model":"m","system_fingerprint":"fp","choices":"#
    let chunks = [
      fingerprint + #"[{"index":0,"delta":{"role":"assistant"},"logprobs":null,"finish_reason":null}]}"#,
      fingerprint + #"[{"index":0,"delta":{"content":"é\n\""},"logprobs":null,"finish_reason":null}]}"#,
      fingerprint + #"[{"index":0,"delta":{"reasoning_content":"hm"},"logprobs":null,"finish_reason":null}]}"#,
      fingerprint + #"[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}"#,
    ]
    let body = chunks.map { "data: \($0)\n\n" }.joined() + ChatBytes.done
    let read = try await PlayedTransport.answering(body).stream().openAI.all()
    #expect(read.map { String(decoding: $0.json, as: UTF8.self) } == chunks)
    for (chunk, text) in zip(read, chunks) {
      let encoded = try JSONEncoder().encode(chunk)
      let isSame =
        try JSONSerialization.jsonObject(with: encoded) as? NSDictionary
        == JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
      #expect(isSame)
    }
  }

  @Test func S26_toolCallsComeInPieces() async throws {
    func call(_ json: String) -> String {
      #"data: {"choices":[{"index":0,"delta":{"tool_calls":[\#(json)]}}]}"# + "\n\n"
    }
    let body =
      ChatBytes.head + call(#"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#)
      + call(#"{"index":0,"function":{"arguments":"{\"x\":"}}"#) + call(#"{"index":0,"function":{"arguments":"1}"}}"#)
      + ChatBytes.finish("tool_calls") + ChatBytes.done
    let chunks = try await PlayedTransport.answering(body).stream().openAI.all()
    let calls = chunks.flatMap { $0.choices.first?.delta.toolCalls ?? [] }
    #expect(calls.compactMap(\.id) == ["a"] && calls.compactMap(\.name) == ["f"])
    #expect(calls.map(\.arguments).joined() == #"{"x":1}"#)
    #expect(chunks.compactMap { $0.choices.first?.finishReason } == [.toolCalls])
  }

  @Test func S3b_wordsAreOpenAIsAndUnknownOnesAreKept() async throws {
    for (word, reason, written) in [
      ("eos", FinishReason.stop, "stop"), ("max_tokens", .length, "length"), ("odd", .unknown, "odd"),
    ] {
      let body = ChatBytes.text("a") + ChatBytes.finish(word) + ChatBytes.done
      let choices = try await PlayedTransport.answering(body).stream().openAI.all().flatMap(\.choices)
      #expect(choices.compactMap(\.finishReason) == [reason] && choices.compactMap(\.finishWord) == [written])
    }
  }

  @Test func severalAnswersEndEachByItself() async throws {
    let body =
      ChatBytes.head + ChatBytes.text("a") + ChatBytes.text("b", choice: 1) + ChatBytes.finish("length")
      + #"data: {"id":"c1","choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}"# + "\n\n" + ChatBytes.done
    let chunks = try await PlayedTransport.answering(body).stream(options: ChatOptions(n: 2)).openAI.all()
    let ends = chunks.flatMap(\.choices).filter { $0.finishReason != nil }
    #expect(ends.map(\.index) == [0, 1] && ends.map(\.finishReason) == [.length, .stop])
  }

  @Test func S23_aFailureThrowsAndIsNoChunk() async throws {
    var count = 0
    let stream = PlayedTransport.answering(ChatBytes.text("a")).stream()
    #expect(await code { for try await _ in stream.openAI { count += 1 } } == .truncated)
    #expect(count == 2)
    #expect(await code { try await PlayedTransport.answering("", status: 401).stream().openAI.all() } == .auth)
  }
}
