// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The usage of answers that ended early: rule U4, over a transport.
@Suite(.timeLimit(.minutes(10))) struct EndedUsageTests {
  private let words = ChatBytes.head + ChatBytes.text("Hello, ") + ChatBytes.text("world")

  @Test func U4_aCutStreamHasAnEstimateInTheErrorAndTheSnapshot() async throws {
    let stream = PlayedTransport.answering(words).stream()
    let error = await #expect(throws: SpateError.self) { try await stream.response }
    #expect(error?.code == .truncated && error?.partial?.usage == Usage(estimatedOutput: 3))
    #expect(stream.snapshot.usage == error?.partial?.usage)
  }

  /// The snapshot of a stream that was cancelled after `body` had come.
  private func cancelled(after body: String) async throws -> PartialResponse {
    let transport = PlayedTransport { exchange in exchange.send(.head(), .body(body), .endOfTurn) }
    let stream = transport.stream()
    var reader = stream.makeAsyncIterator()
    _ = try await reader.next()
    #expect(stream.snapshot.text == "Hello, world" && stream.snapshot.usage?.isEstimate != true)
    stream.cancel()
    return stream.snapshot
  }

  @Test func U4_aCancelledStreamHasOneToo() async throws {
    let snapshot = try await cancelled(after: words)
    #expect(snapshot.usage == Usage(estimatedOutput: 3) && snapshot.outcome == .cancelled)
    // The report counts what came: nothing is left to estimate.
    let counted = try await cancelled(after: words + ChatBytes.usage)
    #expect(counted.usage?.output == 2 && counted.usage?.isEstimate == false && counted.outcome == .cancelled)
  }

  @Test func U4_aRequestThatWasRefusedHasNone() async throws {
    let stream = PlayedTransport.answering(#"{"error":{"message":"no"}}"#, status: 401).stream()
    let error = await #expect(throws: SpateError.self) { try await stream.response }
    #expect(error?.partial?.usage == nil && stream.snapshot.usage == nil)
  }

  @Test func theLastChunkHasTheUsage() async throws {
    let body = ChatBytes.head + ChatBytes.text("Hi") + ChatBytes.finish() + ChatBytes.done
    var last: Usage?
    for try await chunk in PlayedTransport.answering(body).stream().chunks { last = chunk.usage }
    // The provider reports nothing.
    #expect(last == Usage(estimatedOutput: 1))
  }
}
