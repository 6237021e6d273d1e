// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Each fault through the client: how the call ends, what was kept, and that nothing came twice.
@Suite(.timeLimit(.minutes(10))) struct FaultTests {
  /// What a fault does to a stream of ``script``.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var faults: [Fault]
    /// Nil for an answer.
    var code: SpateError.Code?
    var outcome: Outcome
    /// What came of the text, exactly.
    var text: String
    /// Whether the reasoning had come.
    var isThought = true
    var status: Int?
    var providerCode: String?

    var testDescription: String { name }
  }

  static let text = "One two three, four: fünf 🙂."
  static let script = Script(text: text, reasoning: "Let me count.", usage: Usage(input: 2, output: 3))

  /// The body that the client is sent, of one connection.
  static func body() async throws -> [UInt8] {
    let simulator = try Simulator(fallback: .script(script))
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    let request = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true,"#
    return await Collector.post(
      simulator.baseURL + "/chat/completions", request + #""stream_options":{"include_usage":true}}"#, on: transport
    ).body
  }

  /// Where the event that holds `needle` begins and ends.
  static func place(of needle: String, in body: [UInt8]) throws -> Range<Int> {
    let text = String(decoding: body, as: UTF8.self)
    var start = 0
    for event in text.split(separator: "\n\n", omittingEmptySubsequences: false) {
      let end = start + event.utf8.count + 2
      if event.contains(needle) { return start..<end }
      start = end
    }
    throw Missing(needle: needle)
  }

  struct Missing: Error {
    var needle: String
  }

  static func cases(_ body: [UInt8]) throws -> [Case] {
    let third = try place(of: #"" three,""#, in: body)
    let finish = try place(of: #""finish_reason":"stop""#, in: body)
    let done = try place(of: "[DONE]", in: body)
    let two = "One two"
    let openAI = StreamError(message: "no", type: "server_error", code: "overloaded")
    let openRouter = StreamError(style: .openRouter, message: "no", code: "502")
    func failure(_ status: Int) -> Case {
      Case(
        name: "status \(status)", faults: [.status(Failure(status: status))], code: nil, outcome: .failed, text: "",
        isThought: false, status: status)
    }
    return [
      Case(name: "no fault", faults: [], code: nil, outcome: .complete, text: text),
      Case(name: "one byte a write", faults: [.singleBytes], code: nil, outcome: .complete, text: text),
      Case(
        name: "another content type", faults: [.contentType("text/plain")], code: nil, outcome: .complete, text: text),
      // Before, in and after an event.
      Case(name: "end", faults: [.end(afterByte: third.lowerBound)], code: .truncated, outcome: .cut, text: two),
      Case(
        name: "end in an event", faults: [.end(afterByte: third.lowerBound + 9)], code: .truncated, outcome: .cut,
        text: two),
      Case(
        name: "end at the start", faults: [.end(afterByte: 0)], code: .truncated, outcome: .cut, text: "",
        isThought: false),
      Case(
        name: "end after the finish", faults: [.end(afterByte: finish.upperBound)], code: nil, outcome: .complete,
        text: text),
      Case(name: "cut", faults: [.cut(afterByte: third.lowerBound)], code: .truncated, outcome: .cut, text: two),
      Case(
        name: "cut in an event", faults: [.cut(afterByte: third.upperBound - 3)], code: .truncated, outcome: .cut,
        text: two),
      Case(
        name: "cut in single bytes", faults: [.singleBytes, .cut(afterByte: third.upperBound)], code: .truncated,
        outcome: .cut, text: "One two three,"),
      Case(
        name: "cut after the finish", faults: [.cut(afterByte: done.lowerBound)], code: nil, outcome: .complete,
        text: text),
      Case(name: "reset", faults: [.reset(afterByte: third.lowerBound)], code: .truncated, outcome: .cut, text: two),
      Case(
        name: "bad chunk size", faults: [.badChunkSize(afterByte: third.lowerBound)], code: .truncated, outcome: .cut,
        text: two),
      Case(
        name: "OpenAI's error", faults: [.error(openAI, afterByte: third.lowerBound)], code: .overloaded,
        outcome: .failed, text: two, providerCode: "overloaded"),
      Case(
        name: "OpenAI's error at the start", faults: [.error(openAI, afterByte: 0)], code: .overloaded,
        outcome: .failed, text: "", isThought: false, providerCode: "overloaded"),
      Case(
        name: "OpenRouter's error", faults: [.error(openRouter, afterByte: third.lowerBound)], code: .server,
        outcome: .failed, text: two, status: 502, providerCode: "502"),
      Case(
        name: "head only", faults: [.headOnly], code: .truncated, outcome: .cut, text: "", isThought: false),
      Case(name: "half a head", faults: [.halfHead], code: .connect, outcome: .failed, text: "", isThought: false),
      Case(name: "no head", faults: [.noHead], code: .connect, outcome: .failed, text: "", isThought: false),
      failure(400), failure(401), failure(404), failure(429), failure(500), failure(503),
    ]
  }

  @Test func eachFaultHasItsOutcome() async throws {
    let body = try await Self.body()
    let cases = try Self.cases(body)
    for one in cases {
      let simulator = try Simulator(fallback: Answer.script(Self.script).with(one.faults))
      let transport = CurlTransport()
      defer {
        transport.stop()
        simulator.stop()
      }
      let client = Client(
        provider: .compatible(baseURL: simulator.baseURL), recovery: .none, environment: .fixed([:]),
        transport: transport)
      let stream = client.stream("Hi", model: "m")
      var words = ""
      var error: SpateError?
      do {
        for try await event in stream { if case .text(let delta) = event { words += delta.text } }
      } catch let reason { error = reason as? SpateError }
      let partial = stream.snapshot
      // The words came once, to the reader as to the snapshot.
      #expect(words == one.text, "\(one.name)")
      #expect(partial.text == one.text, "\(one.name)")
      #expect(partial.reasoning == (one.isThought ? "Let me count." : ""), "\(one.name)")
      #expect(partial.outcome == one.outcome, "\(one.name)")
      if let error { #expect(error.partial?.text == one.text, "\(one.name)") }
      #expect((error == nil) == one.outcome.isAnswer, "\(one.name)")
      if let code = one.code { #expect(error?.code == code, "\(one.name)") }
      if let status = one.status { #expect(error?.status == status, "\(one.name)") }
      if let code = one.providerCode { #expect(error?.providerCode == code, "\(one.name)") }
      #expect(simulator.requests.count == 1, "\(one.name)")
    }
  }
}
