// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Faults placed by what was said, and what the record of requests says of it.
@Suite(.timeLimit(.minutes(10))) struct PlaceTests {
  static let script = Script(
    text: "one two three", reasoning: "a b",
    toolCalls: [ToolCall(id: "t", name: "zoo", arguments: #"{"n": 1, "m": 2}"#)])

  /// The body of an answer with this fault, as the client gets it, and the record of the request.
  func body(_ fault: Fault) async throws -> (text: String, fields: HTTPFields, request: ReceivedRequest) {
    let simulator = try Simulator(fallback: Answer.script(Self.script).with(fault))
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let answer = await Collector.post(
      simulator.baseURL + SimulatorTests.chat, SimulatorTests.request("m", stream: true), on: transport)
    return (answer.text, answer.fields, try #require(simulator.requests.first))
  }

  @Test(
    arguments: [
      (.text(2), #"" two""#, 7), (.text(0), "", 0), (.text(9), "[DONE]", 13), (.thought(1), #""a""#, 0),
      (.call(0), #""zoo""#, 13), (.call(1), #"{\"n\":"#, 13), (.last(1), #""tool_calls""#, 13),
      (.last(0), "[DONE]", 13),
    ] as [(Place, String, Int)])
  func aPlaceIsTheEndOfAPiece(place: Place, last: String, sent: Int) async throws {
    let (text, _, request) = try await body(.at(place, .end(afterByte: 0)))
    let events = text.split(separator: "\n\n")
    #expect(events.last?.contains(last) ?? last.isEmpty, "\(events.last ?? "")")
    #expect(text.isEmpty || text.hasSuffix("\n\n"))
    #expect(request.sentText == sent)
    #expect(request.model == "m")
    #expect(request.arrival >= .zero)
  }

  @Test func bytesBehindAPlaceCount() async throws {
    let whole = try await body(.at(.text(2), .end(afterByte: 0))).text
    let more = try await body(.at(.text(2), .end(afterByte: 5))).text
    #expect(more == whole + "data:")
  }

  @Test func bytesAreInserted() async throws {
    let (text, _, request) = try await body(.at(.text(1), .insert(Array(": hello\n\n".utf8), afterByte: 0)))
    let events = text.split(separator: "\n\n")
    let place = try #require(events.firstIndex(of: ": hello"))
    #expect(events[place - 1].contains(#""one""#) && events[place + 1].contains(#"" two""#))
    #expect(request.sentText == 13)
  }

  @Test func gzipIsUnpackedByTheClient() async throws {
    let (text, fields, request) = try await body(.gzip)
    #expect(text.hasSuffix("data: [DONE]\n\n"))
    #expect(fields["content-encoding"] == "gzip")
    #expect(request.sentText == 13)
  }

  @Test func fieldsAreSent() async throws {
    let (_, fields, _) = try await body(.field(name: "x-number", value: "7"))
    #expect(fields["x-number"] == "7")
    let failure = Failure(status: 302, retryAfter: .seconds(3), fields: ["Location": "/elsewhere", "retry-after": "9"])
    let refused = try await body(.status(failure))
    #expect(refused.fields["location"] == "/elsewhere")
    #expect(refused.fields.values(of: "retry-after") == ["9"])
    #expect(refused.request.sentText == 0)
  }

  @Test func aShortBodyHasItsLengthInItsHead() async throws {
    let (text, fields, _) = try await body(.at(.text(1), .shortBody(afterByte: 0)))
    #expect(text.contains(#""one""#) && !text.contains(#"" two""#))
    #expect(Int(fields["content-length"] ?? "") ?? 0 > text.utf8.count)
  }
}
