// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// All ways to read a stream, over a whole tool loop.
@Suite(.timeLimit(.minutes(10))) struct ToolViewTests {
  /// A loop of its own each time.
  private var stream: ResponseStream {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    return bench.stream([bench.weather()])
  }
  private static let words = "Let me see.It is 18 degrees."

  @Test func words() async throws {
    #expect(try await stream.text.all().joined() == Self.words)
  }

  @Test func chunksHaveAllWordsSoFar() async throws {
    var joined = ""
    var finishes: [FinishReason] = []
    for try await chunk in stream.chunks {
      joined += chunk.delta
      #expect(chunk.content == joined)
      if let reason = chunk.finishReason { finishes.append(reason) }
    }
    #expect(joined == Self.words && finishes == [.stop])
  }

  /// Read once, at the end: what is asked for reaches over the rounds.
  @Test func theLastChunkHasAllWords() async throws {
    let chunks = try await stream.chunks.all()
    #expect(chunks.map(\.content).last == Self.words && chunks.last?.usage?.input == 6)
    #expect(chunks.map(\.content)[1] == "Let me see.It is 18 ")
  }

  @Test func openAIsShape() async throws {
    let chunks = try await stream.openAI.all()
    #expect(chunks.compactMap { $0.choices.first?.delta.content }.joined() == Self.words)
    #expect(chunks.compactMap { $0.choices.first?.finishReason }.map { "\($0)" } == ["stop"])
    #expect(chunks.compactMap(\.usage).map(\.input) == [6])
  }

  @Test func printing() async throws {
    var output = ""
    let response = try await stream.print(into: &output)
    #expect(output == Self.words && response.rounds.count == 1)
    let sink = StringSink()
    #expect(try await stream.tee(to: sink).response.text == "It is 18 degrees.")
    #expect(sink.text.now == Self.words)
  }

  private final class StringSink: TextSink {
    let text = Watched("")
    func write(_ words: String) { text.update { $0 += words } }
    func finish() {}
  }

  @Test func batches() async throws {
    #expect(try await stream.buffered(count: 2).all().joined() == Self.words)
    #expect(try await stream.buffered(by: .sentence).all().joined() == Self.words)
  }

  @Test func wordsThenTheResponse() async throws {
    var words = ""
    var responses: [Response] = []
    for try await item in stream.textThenResponse {
      switch item {
      case .text(let text): words += text
      case .response(let response): responses.append(response)
      }
    }
    #expect(words == Self.words && responses.map(\.text) == ["It is 18 degrees."])
  }

  @Test func merged() async throws {
    var words = ["a": "", "b": ""]
    for try await item in ResponseStream.merged(["a": stream, "b": ToolBench(ToolBench.done).stream([])]) {
      words[item.label]? += item.text ?? ""
    }
    #expect(words == ["a": Self.words, "b": "It is 18 degrees."])
  }

  @Test func nativeEventsOfAllRounds() async throws {
    let native = try await stream.native.all()
    #expect(native.count { $0.text == "[DONE]" } == 2)
  }

  @Test func anAnswerInOnePiece() async throws {
    let call: JSONValue = [
      "id": "x", "model": "m",
      "choices": [
        [
          "index": 0, "finish_reason": "tool_calls",
          "message": [
            "role": "assistant", "content": nil,
            "tool_calls": [
              [
                "id": "c0", "type": "function", "function": ["name": "weather", "arguments": #"{"city":"Oslo"}"#],
              ]
            ],
          ],
        ]
      ],
    ]
    let text: JSONValue = [
      "id": "y", "model": "m",
      "choices": [["index": 0, "finish_reason": "stop", "message": ["role": "assistant", "content": "18"]]],
    ]
    let answers = [call, text].map { ScriptedAnswer.status(200, body: $0.description) }
    let bench = ToolBench(answers[0], answers[1])
    let response = try await bench.client.respond(to: "How is Oslo?", model: "m", tools: [bench.weather()])
    #expect(response.text == "18" && bench.log.now == ["weather Oslo"])
    #expect(try bench.body(0)["stream"] != true)
    let scoped = try await bench.client.withResponse("x", model: "m", tools: [bench.weather()]) {
      try await $0.response
    }
    #expect(scoped.text == "18")
  }

  @Test func theHeadIsThatOfTheFirstRoundThenOfTheLast() async throws {
    let stream = stream
    #expect(try await stream.start().status == 200)
    #expect(try await stream.response.rounds.count == 1)
  }

  /// A slow reader pauses the socket in each round, and gets everything.
  @Test func aSlowReaderGetsEverything() async throws {
    let long = (0..<400).map { ChatBytes.text("\($0) " + String(repeating: "x", count: 2000)) }
    let first =
      ChatBytes.head + long.joined() + ChatBytes.call(0, id: "c0", name: "weather", #"{"city":"a"}"#)
      + ChatBytes.finish("tool_calls") + ChatBytes.done
    let second = ChatBytes.head + long.joined() + ChatBytes.finish() + ChatBytes.done
    func steps(_ body: String) -> ScriptedAnswer {
      let bytes = Array(body.utf8)
      return ScriptedAnswer(
        [.head(200)]
          + stride(from: 0, to: bytes.count, by: 8192).map {
            .body(Array(bytes[$0..<min($0 + 8192, bytes.count)]))
          })
    }
    let bench = ToolBench(steps(first), steps(second))
    var count = 0
    for try await _ in bench.stream([bench.weather()]).text {
      count += 1
      if count % 100 == 0 { for _ in 0..<50 { await Task.yield() } }
    }
    #expect(count == 800)
  }
}
