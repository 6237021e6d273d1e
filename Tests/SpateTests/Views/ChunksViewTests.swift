// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// `stream.chunks`: S3, S7 to S11, F11.
@Suite(.timeLimit(.minutes(10))) struct ChunksViewTests {
  @Test(arguments: [1, 50, 1 << 20]) func S8_S9_joinedDeltasAreTheContentAtEveryStep(size: Int) async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("Hel", "lo ", "👋🏽", "é"), size: size).stream()
    var joined = ""
    for try await chunk in stream.chunks {
      joined += chunk.delta
      #expect(chunk.content == joined)
    }
    #expect(joined == "Hello 👋🏽é")
    #expect(try await stream.response.text == joined)
  }

  @Test func S3_S10_theFinishComesAtTheEndOnly() async throws {
    for (word, reason) in [("stop", FinishReason.stop), ("length", .length), ("content_filter", .contentFilter)] {
      let body = ChatBytes.head + ChatBytes.text("a") + ChatBytes.text("b") + ChatBytes.finish(word) + ChatBytes.done
      let chunks = try await PlayedTransport.answering(body).stream().chunks.all()
      #expect(chunks.map(\.finishReason) == [nil, nil, reason])
      #expect(chunks.map(\.delta) == ["a", "b", ""])
    }
  }

  @Test func S11_metadataIsThere() async throws {
    let transport = PlayedTransport { exchange in
      let fields: HTTPFields = ["Content-Type": "text/event-stream", "x-request-id": "req-1"]
      exchange.send(.head(200, fields), .body(ChatBytes.answer("a")))
      exchange.end()
    }
    let chunks = try await transport.stream().chunks.all()
    let last = try #require(chunks.last)
    #expect(last.usage?.input == 3 && last.usage?.output == 2)
    let metadata = last.metadata
    #expect(metadata.id == "c1" && metadata.model == "m-1" && metadata.requestID == "req-1")
    #expect(metadata.usage == last.usage)
  }

  @Test func chunksMayBeKeptAndReadLaterInAnyOrder() async throws {
    let words = (0..<50).map { "\($0) " }
    let body = ChatBytes.head + words.map { ChatBytes.text($0) }.joined() + ChatBytes.finish() + ChatBytes.done
    var chunks = try await PlayedTransport.answering(body, size: 100).stream().chunks.all()
    chunks.removeLast()
    for index in chunks.indices.shuffled() {
      #expect(chunks[index].content == words[...index].joined())
    }
  }

  @Test func contentIsWhatWasReadNotWhatHasCome() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("a", "b", "c")).stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome != nil }
    var chunks = stream.chunks.makeAsyncIterator()
    #expect(try await chunks.next()?.content == "a")
    #expect(try await chunks.next()?.content == "ab")
  }

  @Test func otherAnswersAndThoughtsAreNoChunks() async throws {
    let body =
      ChatBytes.text("a") + ChatBytes.text("x", choice: 1)
      + #"data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"# + "\n\n" + ChatBytes.finish()
      + ChatBytes.done
    let chunks = try await PlayedTransport.answering(body).stream(options: ChatOptions(n: 2)).chunks.all()
    #expect(chunks.map(\.content) == ["a", "a"])
  }

  @Test func S25_aCutThrowsAfterItsChunks() async throws {
    let stream = PlayedTransport.answering(ChatBytes.text("ab")).stream()
    var contents: [String] = []
    let thrown = await code { for try await chunk in stream.chunks { contents.append(chunk.content) } }
    #expect(thrown == .truncated && contents == ["ab"])
  }

  /// F11 in CPU time is measured in `Benchmarks/`; here the storage is looked at: what is read on every chunk is put
  /// together once.
  @Test func F11_readingOnEveryChunkExtendsOneString() async throws {
    let count = 2000
    let word = "0123456789abcdef"
    let body = ChatBytes.head + String(repeating: ChatBytes.text(word), count: count) + ChatBytes.done
    var moves = 0
    var place: UInt?
    for try await chunk in PlayedTransport.answering(body).stream().chunks {
      let now = chunk.content.utf8.withContiguousStorageIfAvailable { UInt(bitPattern: $0.baseAddress) }
      if now != place { moves += 1 }
      place = now
    }
    // It grows by doubling: 32 KB in a dozen steps, not in 2000 copies.
    #expect(moves < 40, "\(moves)")
  }
}
