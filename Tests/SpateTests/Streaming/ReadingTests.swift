// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The contract of ``ResponseStream`` for its reader (architecture.md, part 2).
@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
  @Test func sendsNothingBeforeTheFirstRead() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = transport.stream()
    let view = stream.text
    var iterator = view.makeAsyncIterator()
    _ = stream.snapshot
    #expect(transport.exchanges.now.isEmpty)
    #expect(try await iterator.next() == "Hi")
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func throwsBadInputByTheFirstReadAndSendsNothing() async throws {
    let transport = PlayedTransport()
    let client = transport.client
    for (stream, expected) in [
      (client.stream([Message](), model: "m"), SpateError.Code.badRequest),
      (client.stream("Hi", model: ""), .badRequest),
      (client.stream("Hi", model: "m", options: ChatOptions(temperature: .nan)), .badRequest),
      (Client(environment: .fixed([:]), transport: transport).stream("Hi", model: "nobody-1"), .unsupportedProvider),
      (Client(environment: .fixed([:]), transport: transport).stream("Hi", model: "gpt-4o"), .missingKey),
    ] {
      var iterator = stream.makeAsyncIterator()
      #expect(await code { try await iterator.next() } == expected)
      #expect(try await iterator.next() == nil)
      #expect(await code { try await stream.response } == expected)
      #expect(await code { try await stream.start() } == expected)
      #expect(stream.snapshot.outcome == .failed)
    }
    // Who was asked for is known, even if nobody was asked.
    let unknown = transport.client.stream("Hi", model: "m", options: ChatOptions(temperature: .nan))
    await #expect { try await unknown.response } throws: { ($0 as? SpateError)?.model == "m" }
    #expect(transport.exchanges.now.isEmpty)
  }

  @Test func givesEveryEventInOrderAndOneFinishLast() async throws {
    for size in [1, 7, 100, 1 << 20] {
      let transport = PlayedTransport.answering(ChatBytes.answer("Hel", "lo", " 👋🏽"), size: size)
      let labels = try await transport.stream().all().map(\.label)
      #expect(labels == ["start", "text:Hel", "text:lo", "text: 👋🏽", "usage", "finish:stop"])
    }
  }

  @Test func givesNilAfterTheEnd() async throws {
    var events = PlayedTransport.answering(ChatBytes.answer("Hi")).stream().makeAsyncIterator()
    while try await events.next() != nil {}
    for _ in 0..<3 { #expect(try await events.next() == nil) }
  }

  @Test func throwsAnErrorOnceAndThenGivesNil() async throws {
    let stream = PlayedTransport.answering(ChatBytes.text("Hel")).stream()
    var events = stream.makeAsyncIterator()
    #expect(try await events.next()?.label == "start")
    #expect(try await events.next()?.label == "text:Hel")
    #expect(await code { try await events.next() } == .truncated)
    for _ in 0..<3 { #expect(try await events.next() == nil) }
  }

  @Test func refusesASecondReaderAndDoesNotDisturbTheFirst() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.head + ChatBytes.text("a"))) }
    let stream = transport.stream()
    var first = stream.makeAsyncIterator()
    #expect(try await first.next()?.label == "start")

    var second = stream.makeAsyncIterator()
    #expect(await code { try await second.next() } == .alreadyRead)
    #expect(try await second.next() == nil)
    var view = stream.text.makeAsyncIterator()
    #expect(await code { try await view.next() } == .alreadyRead)

    let exchange = try await transport.first
    exchange.send(.body(ChatBytes.text("b") + ChatBytes.finish() + ChatBytes.done))
    exchange.end()
    var rest: [String] = []
    while let event = try await first.next() { rest.append(event.label) }
    #expect(rest == ["text:a", "text:b", "finish:stop"])
    #expect(exchange.log.now.cancels == 0)
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func refusesAReaderAfterTheResponseWasRead() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("Hi")).stream()
    #expect(try await stream.response.text == "Hi")
    #expect(await code { try await stream.all() } == .alreadyRead)
    #expect(await code { try await stream.text.all() } == .alreadyRead)
    #expect(try await stream.response.text == "Hi")
  }

  @Test func copiesOfAHandleShareOneRun() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("Hi"))
    let stream = transport.stream()
    let copy = stream
    #expect(try await stream.text.all() == ["Hi"])
    #expect(try await copy.response.text == "Hi")
    #expect(transport.exchanges.now.count == 1)
  }

  @Test func aCopyOfAWaitingIteratorDoesNotTakeItsPlace() async throws {
    let transport = PlayedTransport()
    let stream = transport.stream()
    let run = stream.run
    let read: @Sendable () async throws -> Int = {
      var count = 0
      var events: [StreamEvent] = []
      while true {
        switch try run.arrival(into: &events, all: false) {
        case .events: count += events.count
        case .waiting: await run.waitForArrival()
        case .end: return count
        }
        events = []
      }
    }
    async let first = read()
    let exchange = try await transport.first
    async let second = read()
    exchange.send(.head(), .body(ChatBytes.text("a")))
    try await exchange.settle()
    exchange.send(.body(ChatBytes.answer("b")))
    exchange.end()
    let counts = try await [first, second]
    #expect(counts.reduce(0, +) == 5)
    withExtendedLifetime(stream) {}
  }

  @Test func theTextViewGivesTheWordsOfTheFirstAnswerOnly() async throws {
    let body =
      ChatBytes.head + ChatBytes.text("a") + ChatBytes.text("x", choice: 1)
      + #"data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"# + "\n\n" + ChatBytes.text("b")
      + ChatBytes.finish() + ChatBytes.done
    let stream = PlayedTransport.answering(body).stream(options: ChatOptions(n: 2))
    #expect(try await stream.text.all() == ["a", "b"])
    let response = try await stream.response
    #expect(response.reasoning == "hm")
    #expect(response.choices.map(\.text) == ["ab", "x"])
  }

  @Test @MainActor func readsOnTheMainActor() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: 20).stream()
    var events = stream.makeAsyncIterator()
    var count = 0
    while try await events.next(isolation: MainActor.shared) != nil {
      MainActor.preconditionIsolated()
      count += 1
    }
    #expect(count == 5)
    let other = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: 20).stream()
    var words = ""
    for try await word in other.text {
      MainActor.preconditionIsolated()
      words += word
    }
    #expect(words == "ab")
  }

  @Test func readsOnAnActorOfItsOwn() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: 20)
    let reader = Reader()
    try await reader.read(transport.stream())
    #expect(reader.labels.now == ["start", "text:a", "text:b", "usage", "finish:stop"])
  }

  @Test func eventsThatAreThereComeWithoutSuspending() async throws {
    let transport = PlayedTransport.answering(ChatBytes.answer("a", "b", "c"))
    let stream = transport.stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome == .complete }
    let executor = CountingExecutor(transport: transport)
    let labels = Watched<[String]>([])
    try await executor.read(stream, into: labels).value
    // The one that began the task.
    #expect(executor.jobCount.now == 1)
    #expect(labels.now.count == 6)
  }

  @Test func keepsCountOfTheProtocolsEvents() async throws {
    let stream = PlayedTransport.answering(": ping\n\n" + ChatBytes.answer("a", "b")).stream()
    _ = try await stream.response
    #expect(stream.protocolEventCount == 5)
  }
}
