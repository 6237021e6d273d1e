// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// `print(to:)`, `tee(to:)`, `onFirstToken`: S20, S27, S29, S47.
@Suite(.timeLimit(.minutes(10))) struct PrintingTests {
  struct DiskFull: Error {}

  /// Notes what it gets; fails at a word.
  private final class Paper: TextSink {
    let words = Watched<[String]>([])
    let finishes = Watched(0)
    let fault: String?

    init(fault: String? = nil) { self.fault = fault }

    func write(_ text: String) throws {
      if text == fault { throw DiskFull() }
      words.update { $0.append(text) }
    }

    func finish() throws { finishes.update { $0 += 1 } }

    var text: String { words.now.joined() }
  }

  private func temporaryFile() -> String { NSTemporaryDirectory() + "spate-\(UInt64.random(in: 0 ... .max)).txt" }

  private func contents(_ path: String) throws -> String {
    defer { unlink(path) }
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  /// What waits in several reads is one write: a slow terminal does not stay behind, one read after the other.
  @Test func catchesUpWithWhatWaits() async throws {
    let words = (0..<300).map { "\($0) " }
    let stream = PlayedTransport.answering(
      ChatBytes.head + words.map { ChatBytes.text($0) }.joined() + ChatBytes.finish() + ChatBytes.done, size: 4000
    ).stream()
    try await stream.start()
    try await eventually { stream.snapshot.outcome == .complete }
    let paper = Paper()
    try await stream.print(to: paper)
    #expect(paper.text == words.joined() + "\n")
    #expect(paper.words.now.count <= 2, "\(paper.words.now.count) writes")
  }

  @Test func S47_printsAndGivesTheResponse() async throws {
    let paper = Paper()
    let response = try await PlayedTransport.answering(ChatBytes.answer("Hel", "lo"), size: 9).stream().print(to: paper)
    #expect(response.text == "Hello" && response.usage?.output == 2)
    #expect(paper.text == "Hello\n" && paper.finishes.now == 1)
  }

  @Test func S29_eachWordIsPrintedWhenItComes() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }
    let paper = Paper()
    let stream = transport.stream()
    let printing = Task { try await stream.print(to: paper) }
    try await paper.words.wait { $0 == ["a"] }
    try await transport.first.send(.body(ChatBytes.text("b")))
    try await paper.words.wait { $0 == ["a", "b"] }
    try await transport.first.send(.body(ChatBytes.finish() + ChatBytes.done))
    _ = try await printing.value
    #expect(paper.words.now == ["a", "b", "\n"])
  }

  @Test func printsIntoAString() async throws {
    var text = ""
    let response = try await PlayedTransport.answering(ChatBytes.answer("a", "b")).stream().print(into: &text)
    #expect(text == "ab" && response.text == "ab")
  }

  @Test func aSecondPrintIsRefused() async throws {
    let stream = PlayedTransport.answering(ChatBytes.answer("a")).stream()
    let paper = Paper()
    try await stream.print(to: paper)
    #expect(await code { try await stream.print(to: paper) } == .alreadyRead)
    #expect(paper.text == "a\n")
  }

  @Test func S27_theFileIsCompleteWhenTheStreamIsCut() async throws {
    let path = temporaryFile()
    let file = try FileSink(path: path)
    let stream = PlayedTransport.answering(ChatBytes.text("Hel") + ChatBytes.text("lo"), size: 11).stream()
    let screen = Paper()
    #expect(await code { try await stream.tee(to: file).print(to: screen) } == .truncated)
    #expect(try contents(path) == "Hello")
    #expect(screen.text == "Hello\n" && screen.finishes.now == 1)
  }

  @Test func S27_theFileHasWhatWasReadBeforeTheLoopEnds() async throws {
    let path = temporaryFile()
    let stream = PlayedTransport.answering(ChatBytes.answer("a", "b")).stream().tee(to: try FileSink(path: path))
    for try await word in stream.text { #expect(word == "a"); break }
    #expect(try contents(path).hasPrefix("a"))
  }

  @Test func aFileIsReplacedOrAppendedTo() async throws {
    let path = temporaryFile()
    for (appends, expected) in [(false, "x"), (true, "xx"), (false, "x")] {
      let stream = PlayedTransport.answering(ChatBytes.answer("x")).stream()
      _ = try await stream.tee(to: try FileSink(path: path, appends: appends)).response
      #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
    }
    unlink(path)
    #expect(await code { try FileSink(path: "/nowhere/at/all") } == .sink)
  }

  @Test func teeWorksWithEveryWayOfReading() async throws {
    let ways: [@Sendable (ResponseStream) async throws -> Void] = [
      { for try await _ in $0 {} }, { for try await _ in $0.text {} }, { for try await _ in $0.chunks {} },
      { for try await _ in $0.openAI {} }, { for try await _ in $0.native {} }, { _ = try await $0.response },
      { for try await _ in $0.buffered(count: 2) {} }, { for try await _ in $0.textThenResponse {} },
      { for try await _ in ResponseStream.merged(["a": $0]) {} }, { try readBlocking($0) },
    ]
    for (number, way) in ways.enumerated() {
      let paper = Paper()
      try await way(PlayedTransport.answering(ChatBytes.answer("a", "b"), size: 30).stream().tee(to: paper))
      #expect(paper.text == "ab" && paper.finishes.now == 1, "\(number)")
    }
  }

  @Test func aSinkThatFailsEndsTheStream() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a")), .endOfTurn) }
    let paper = Paper(fault: "b")
    let stream = transport.stream()
    let printing = Task { () -> SpateError? in
      do { _ = try await stream.print(to: paper) } catch { return error as? SpateError }
      return nil
    }
    try await paper.words.wait { $0 == ["a"] }
    try await transport.first.send(.body(ChatBytes.text("b")))
    let error = await printing.value
    #expect(error?.code == .sink && error?.partial?.text == "ab")
    try await transport.first.log.wait { $0.cancels == 1 }
    #expect(paper.finishes.now == 1)
    // Whoever else asks hears the reason, not that the reader cancelled.
    #expect(await code { try await stream.response } == .sink)
    #expect(stream.snapshot.text == "ab" && stream.snapshot.outcome == .failed)
  }

  @Test func aSinkThatFailsIsWhatTheResponseThrows() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.text("a"))) }
    let stream = transport.stream().tee(to: Paper(fault: "a"))
    #expect(await code { try await stream.response } == .sink)
    #expect(await code { try await stream.response } == .sink)
    try await transport.first.log.wait { $0.cancels == 1 }
  }

  // MARK: A reader that leaves

  private func begun() -> ResponseStream {
    PlayedTransport { $0.send(.head(), .body(ChatBytes.head)) }.stream()
  }

  @Test func S27_aBreakFinishesTheSink() async throws {
    let paper = Paper()
    let stream = begun().tee(to: paper)
    for try await event in stream {
      #expect(event.label == "start" && paper.finishes.now == 0)
      break
    }
    #expect(paper.words.now.isEmpty && paper.finishes.now == 1)
    #expect(stream.snapshot.outcome == .cancelled)
  }

  @Test func S27_aDroppedIteratorFinishesTheSink() async throws {
    let paper = Paper()
    let stream = begun().tee(to: paper)
    do {
      var events = stream.makeAsyncIterator()
      #expect(try await events.next()?.label == "start")
    }
    #expect(paper.finishes.now == 1)
  }

  @Test func S27_aCancelledReaderFinishesTheSinkOnce() async throws {
    let paper = Paper()
    let labels = Watched<[String]>([])
    let stream = begun().tee(to: paper)
    let reading = Task { for try await event in stream { labels.update { $0.append(event.label) } } }
    try await labels.wait { $0 == ["start"] }
    reading.cancel()
    #expect(await isCancellation { try await reading.value })
    #expect(paper.finishes.now == 1)
  }

  @Test func S20_aBreakEndsTheIndicator() async throws {
    let count = Watched(0)
    let stream = begun().onFirstToken { count.update { $0 += 1 } }
    for try await event in stream {
      #expect(event.label == "start" && count.now == 0)
      break
    }
    #expect(count.now == 1)
  }

  // MARK: Standard output

  /// As standard input is by a thread that waits in `readLine`: its lock must not be waited for.
  @Test func standardOutputWaitsForNoOtherFile() async throws {
    nonisolated(unsafe) let file = try #require(fopen("/dev/null", "r"))
    let (holder, writer) = (SerialThread(), SerialThread())
    let (isHeld, isWritten) = (Watched(false), Watched(false))
    holder.run {
      flockfile(file)
      isHeld.update { $0 = true }
    }
    try await isHeld.wait { $0 }
    writer.run {
      do { try StandardOutput().write("") } catch { Issue.record(error) }
      isWritten.update { $0 = true }
    }
    // Also when the time limit ends the wait, so that nobody hangs on.
    defer {
      holder.run {
        funlockfile(file)
        fclose(file)
      }
    }
    try await isWritten.wait { $0 }
  }

  @Test func whatDoesNotReadWritesNothing() async throws {
    let paper = Paper()
    let stream = PlayedTransport.answering(ChatBytes.answer("a")).stream()
    let copy = stream.tee(to: paper)
    #expect(try await stream.text.all() == ["a"])
    #expect(try await copy.response.text == "a")
    #expect(paper.words.now.isEmpty)
  }

  // MARK: The first token

  @Test func S20_theIndicatorEndsWithTheFirstTokenAndOnce() async throws {
    let transport = PlayedTransport { $0.send(.head(), .body(ChatBytes.head)) }
    let count = Watched(0)
    let stream = transport.stream().onFirstToken { count.update { $0 += 1 } }
    let labels = Watched<[String]>([])
    let reading = Task { for try await event in stream { labels.update { $0.append(event.label) } } }
    try await labels.wait { $0 == ["start"] }
    #expect(count.now == 0)
    try await transport.first.send(.body(ChatBytes.text("a") + ChatBytes.text("b")))
    try await labels.wait { $0.count == 3 }
    #expect(count.now == 1)
    try await transport.first.send(.body(ChatBytes.finish() + ChatBytes.done))
    try await reading.value
    #expect(count.now == 1)
  }

  @Test(arguments: [("", 500), ("data: [DONE]\n\n", 200), (ChatBytes.head + ChatBytes.finish() + ChatBytes.done, 200)])
  func S20_theIndicatorEndsWithoutATokenToo(body: String, status: Int) async throws {
    let count = Watched(0)
    let stream = PlayedTransport.answering(body, status: status).stream().onFirstToken { count.update { $0 += 1 } }
    _ = await code { try await stream.response }
    #expect(count.now == 1)
  }
}
