// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// ``ResponseStream/response`` and ``ResponseStream/snapshot``.
@Suite(.timeLimit(.minutes(10))) struct ResponseTests {
  @Test func readsWhatIsUnread() async throws {
    let response = try await PlayedTransport.answering(ChatBytes.answer("Hel", "lo")).stream().response
    #expect(response.text == "Hello")
    #expect(response.finish == .stop)
    #expect(response.outcome == .complete)
    #expect(response.usage?.input == 3)
    #expect(response.id == "c1")
    #expect(response.model == "m-1")
  }

  @Test func waitsForTheReader() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let words = Task { try await stream.text.all() }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("Hel")))
    let response = Task { try await stream.response }
    exchange.send(.body(ChatBytes.text("lo") + ChatBytes.finish() + ChatBytes.done))
    exchange.end()
    #expect(try await response.value.text == "Hello")
    #expect(try await words.value == ["Hel", "lo"])
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func isTheSameValueLaterAndNeverASecondRequest() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hello"))
    let stream = transport.stream()
    let first = try await stream.response
    for _ in 0..<3 { #expect(try await stream.response == first) }
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func isThereForTenTasksAtOnce() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    try await withThrowingTaskGroup(of: Response.self) { group in
      for _ in 0..<10 { group.addTask { try await stream.response } }
      let exchange = try await transport.first
      exchange.send(.head(), .body(ChatBytes.answer("Hel", "lo")))
      exchange.end()
      for try await response in group { #expect(response.text == "Hello") }
    }
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func throwsWhatTheStreamThrewEachTime() async throws {
    let stream = PlayedTransport.answering(ChatBytes.text("Hel")).stream()
    #expect(await code { try await stream.all() } == .truncated)
    for _ in 0..<3 { #expect(await code { try await stream.response } == .truncated) }
  }

  @Test func L8_readsOnWhatWasPausedForWantOfAReader() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head())
      for _ in 0..<20 { exchange.send(.body(ChatBytes.text(String(repeating: "x", count: 32 << 10)))) }
      exchange.send(.body(ChatBytes.finish() + ChatBytes.done))
      exchange.end()
    }
    let stream = transport.stream()
    try await stream.start()
    let exchange = try await transport.first
    try await exchange.log.wait { $0.pauses == 1 }
    #expect(try await stream.response.text.utf8.count == 20 * 32 << 10)
  }

  @Test func neverPausesWhenNobodyWantsTheEvents() async throws {
    let transport = PlayedTransport.answering(
      ChatBytes.answer(String(repeating: "x", count: 2 << 20)), size: 64 << 10)
    let stream = transport.stream()
    #expect(try await stream.response.text.utf8.count == 2 << 20)
    #expect(try await transport.first.log.now.pauses == 0)
  }

  @Test func aCancelledTaskStillGetsTheResponseOfAnEndedStream() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("Hi")).stream()
    _ = try await stream.text.all()
    let later = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await stream.response.text
    }
    #expect(try await later.value == "Hi")
  }

  @Test func snapshotGrowsWithWhatComes() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    #expect(stream.snapshot.text == "")
    #expect(stream.snapshot.outcome == nil)
    let response = Task { try await stream.response }
    let exchange = try await transport.first
    exchange.send(.head(), .body(ChatBytes.head + ChatBytes.text("Hel")))
    try await exchange.settle()
    #expect(stream.snapshot.text == "Hel")
    #expect(stream.snapshot.outcome == nil)
    exchange.send(.body(ChatBytes.text("lo") + ChatBytes.finish() + ChatBytes.usage + ChatBytes.done))
    exchange.end()
    _ = try await response.value
    #expect(stream.snapshot.text == "Hello")
    #expect(stream.snapshot.outcome == .complete)
    #expect(stream.snapshot.usage?.output == 2)
  }

  @Test func snapshotIsTheSameWhetherReadOrNot() async throws {
    let body = ChatBytes.answer("Hel", "lo")
    let read = PlayedTransport.answering(body).stream()
    _ = try await read.all()
    let unread = PlayedTransport.answering(body).stream()
    _ = try await unread.response
    #expect(read.snapshot == unread.snapshot)
  }

  @Test func readsAnAnswerThatIsOneDocument() async throws {
    let body =
      #"{"id":"c2","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"length"}]}"#
    let transport = PlayedTransport { exchange in
      exchange.send(.head(200, ["Content-Type": "application/json"]), .body(body))
      exchange.end()
    }
    let response = try await transport.stream().response
    #expect(response.text == "Hi")
    #expect(response.outcome == .limited)
  }

  @Test func warningsOfTheRequestComeWithTheAnswerAndWithoutOne() async throws {
    let options = ChatOptions(topK: 5)
    let environment = Environment.fixed(["OPENAI_API_KEY": "k"])
    let answering = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = Client(recovery: .none, environment: environment, transport: answering).stream(
      "Hi", model: "gpt-x", options: options)
    let labels = try await stream.all().map(\.label)
    #expect(labels == ["warning:unsupported_option", "start", "text:Hi", "usage", "finish:stop"])
    #expect(try await stream.response.warnings.count == 1)

    let refusing = PlayedTransport { $0.end(TransportError(.connect, "refused")) }
    let failed = Client(recovery: .none, environment: environment, transport: refusing).stream(
      "Hi", model: "gpt-x", options: options)
    #expect(await code { try await failed.response } == .connect)
    #expect(failed.snapshot.warnings.count == 1)
  }
}
