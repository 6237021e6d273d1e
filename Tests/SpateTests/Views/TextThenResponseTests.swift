// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// `stream.textThenResponse`: S49.
@Suite(.timeLimit(.minutes(10))) struct TextThenResponseTests {
  @Test(arguments: [1, 1 << 20]) func S49_wordsThenOneResponseThenNothing(size: Int) async throws {
    var items = PlayedTransport.answering(ChatBytes.answer("a", "b"), size: size).stream().textThenResponse
      .makeAsyncIterator()
    #expect(try await items.next() == .text("a"))
    #expect(try await items.next() == .text("b"))
    guard case .response(let response) = try await items.next() else {
      Issue.record("no response")
      return
    }
    #expect(response.text == "ab" && response.model == "m-1" && response.usage?.output == 2)
    for _ in 0..<3 { #expect(try await items.next() == nil) }
  }

  @Test func aFailureIsThrownInsteadOfTheResponse() async throws {
    var items: [TextThenResponseView.Element] = []
    let stream = PlayedTransport.answering(ChatBytes.text("a")).stream()
    #expect(await code { for try await item in stream.textThenResponse { items.append(item) } } == .truncated)
    #expect(items == [.text("a")])
  }
}
