// SPDX-License-Identifier: Apache-2.0

import Spate
import Testing

@Suite struct TransportPoolTests {
  private func client(_ transports: [any Transport], _ recovery: Recovery = Recovery()) -> Client {
    Client(
      provider: .compatible(baseURL: "http://localhost/v1"), recovery: recovery, environment: .fixed([:]),
      transport: TransportPool(transports))
  }

  @Test func callsGoToTheTransportsInTurn() async throws {
    let first = ScriptedTransport { _, number in .text("a\(number)") }
    let second = ScriptedTransport { _, number in .text("b\(number)") }
    let client = client([first, second])
    var answers: [String] = []
    for _ in 0..<4 { answers.append(try await client.stream("Hi", model: "m").response.text) }
    #expect(Set(answers).count == 4)
    #expect(first.requests.count == 2 && second.requests.count == 2)
  }

  @Test func aCallStaysWithOneOfThem_retriesAndItsTimersIncluded() async throws {
    let first = ScriptedTransport(.status(503, body: "later"), .status(503, body: "later"), .text("done"))
    let second = ScriptedTransport(.text("other"))
    let stream = client([first, second], Recovery(maxRetries: 3)).stream("Hi", model: "m")
    #expect(try await stream.response.text == "done")
    #expect(first.requests.count == 3 && second.requests.isEmpty)
    #expect(first.timerCount == 0)
  }

  @Test func aPoolOfPoolsHandsOutTheirTransports() async throws {
    let inner = ScriptedTransport(.text("a"))
    #expect(try await client([TransportPool([inner])]).stream("Hi", model: "m").response.text == "a")
    #expect(inner.requests.count == 1)
  }

  @Test func itsClockIsTheFirstOnes() async {
    let (first, second) = (ScriptedTransport(.text("a")), ScriptedTransport(.text("b")))
    let pool = TransportPool([first, second])
    await second.advance(by: .seconds(3600))
    #expect(pool.now == first.now && first.now < second.now)
    _ = pool.schedule(after: .seconds(1)) {}
    #expect(first.timerCount == 1 && second.timerCount == 0)
  }

  /// Ollama takes bytes only.
  @Test func whatACallFetchesItFetchesOnItsOwnLane() async throws {
    func transport(_ words: String) -> ScriptedTransport {
      ScriptedTransport { request, _ in
        guard request.method == "POST" else {
          return ScriptedAnswer([
            .head(HTTPHead(status: 200, fields: ["Content-Type": "image/png"])),
            .body([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
          ])
        }
        return ScriptedAnswer([
          .head(200, contentType: "application/x-ndjson"),
          .body(#"{"message":{"role":"assistant","content":"\#(words)"},"done":true,"done_reason":"stop"}"# + "\n"),
        ])
      }
    }
    let (first, second) = (transport("a"), transport("b"))
    let client = Client(provider: .ollama, environment: .fixed([:]), transport: TransportPool([first, second]))
    let question = [Message.user([.text("What is it?"), .image(.url("https://images.example/shot"))])]
    for words in ["a", "b"] { #expect(try await client.stream(question, model: "m").response.text == words) }
    #expect(first.requests.map(\.method) == ["GET", "POST"] && second.requests.map(\.method) == ["GET", "POST"])
  }
}
