// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator
import Testing

/// Recorded streams, served over HTTP in writes of random sizes: the client reads what decoding the file gives.
@Suite(.timeLimit(.minutes(10))) struct CaptureTests {
  /// What a caller sees of an answer.
  struct Outcome: Sendable, Equatable {
    var answer = PartialResponse()
    var code: SpateError.Code?
    var message: String?
    var status: Int?
    var providerCode: String?
    var isRetryable: Bool?

    init(_ answer: PartialResponse, _ error: SpateError?) {
      self.answer = answer
      // Only a client asks for it.
      self.answer.cost = nil
      (code, message, status) = (error?.code, error?.message, error?.status)
      (providerCode, isRetryable) = (error?.providerCode, error?.isRetryable)
    }
  }

  private static func decoded(_ capture: Captures.Capture, provider: Provider) throws -> Outcome {
    let context = ResponseContext(
      status: capture.status, contentType: capture.contentType, choices: 1, provider: provider.id)
    var decoder = try #require(Dialects.builtIn[provider.dialect]).decoder(for: context)
    var events: [StreamEvent] = []
    _ = decoder.feed(capture.body.span, into: &events)
    var error: SpateError?
    do throws(SpateError) { try decoder.finish(.clean, into: &events) } catch let reason { error = reason }
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    error = error.map { accumulator.fail($0) }
    return Outcome(accumulator.partial, error)
  }

  private static func read(_ stream: ResponseStream) async -> Outcome {
    var error: SpateError?
    do { for try await _ in stream {} } catch let reason { error = reason as? SpateError }
    return Outcome(stream.snapshot, error)
  }

  @Test(.enabled(if: Captures.isPresent, "there is no ../shared/captures"), arguments: Dialects.builtIn.ids)
  func everyRecordedStreamIsReadOverHTTPAsFromTheFile(_ dialect: DialectID) async throws {
    let captures = try Captures.streams(of: dialect.rawValue)
    #expect(captures.count >= (dialect == .openAIChat ? 200 : 10))
    let seed = Captures.seed
    var answers: [String: Answer] = [:]
    for (index, capture) in captures.enumerated() {
      // Small and large writes by turns.
      let size = [11, 37, 97, 700, 5000][index % 5]
      let recording = Recording(
        body: capture.body, status: capture.status, contentType: capture.contentType, writeSize: size,
        writeSeed: seed &+ UInt64(index))
      answers[capture.file] = .recording(recording)
    }
    let simulator = try Simulator(answers: answers)
    let transport = CurlTransport()
    defer {
      transport.stop()
      simulator.stop()
    }
    // OpenAI's kin take the version into their base URL, all others the bare origin.
    let isOpenAI = dialect.rawValue.hasPrefix("openai-")
    var provider = Provider.compatible(baseURL: isOpenAI ? simulator.baseURL : simulator.origin)
    provider.dialect = dialect
    let asked = provider
    let client = Client(provider: provider, recovery: .none, environment: .fixed([:]), transport: transport)
    var different: [String] = []
    try await withThrowingTaskGroup(of: String?.self) { group in
      for (index, capture) in captures.enumerated() {
        if index >= 16, let name = try await group.next() { name.map { different.append($0) } }
        group.addTask {
          let overHTTP = await Self.read(client.model(capture.file).stream("Hi"))
          return try overHTTP == Self.decoded(capture, provider: asked) ? nil : capture.file
        }
      }
      for try await name in group { name.map { different.append($0) } }
    }
    #expect(different.isEmpty, "seed \(seed)")
    #expect(simulator.requestCount == captures.count)
  }
}
