// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// How streams fail: once, with what had come (rules C1, C3; trust.md, part 1).
@Suite(.timeLimit(.minutes(10))) struct FailureTests {
  /// The error that reading throws, and the events before it.
  func failure(of stream: ResponseStream) async throws -> (error: SpateError, labels: [String]) {
    var labels: [String] = []
    do {
      for try await event in stream { labels.append(event.label) }
    } catch let error as SpateError {
      return (error, labels)
    }
    Issue.record("it did not fail: \(labels)")
    throw CancellationError()
  }

  @Test(arguments: [nil, TransportError(.truncated, "the body ended early"), TransportError(.protocol, "bad chunk")])
  func C1_C3_aCutStreamThrowsWithTextAndUsage(end: TransportError?) async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(200, ["request-id": "r9"]))
      exchange.send(.body(ChatBytes.head + ChatBytes.usage + ChatBytes.text("Hel") + ChatBytes.text("lo")))
      exchange.end(end)
    }
    let stream = transport.stream()
    let (error, labels) = try await failure(of: stream)
    #expect(error.code == (end?.code == .protocol ? .protocol : .truncated))
    #expect(labels == ["start", "usage", "text:Hel", "text:lo"])
    #expect(error.partial?.text == "Hello")
    #expect(error.partial?.usage?.input == 3)
    #expect(error.requestID == "r9")
    #expect(error.provider == "compatible")
    #expect(error.model == "m")
    #expect(stream.snapshot == error.partial)
    #expect(stream.snapshot.outcome == (end?.code == .protocol ? .failed : .cut))
    #expect(await code { try await stream.response } == error.code)
  }

  @Test func C1_everyCutBeforeTheFinishFails() async throws {
    let body = Array((ChatBytes.head + ChatBytes.text("Hel") + ChatBytes.text("lo")).utf8)
    for count in 0...body.count {
      let transport = PlayedTransport { exchange in
        exchange.send(.head(), .body(Array(body[..<count])))
        exchange.end()
      }
      let (error, _) = try await failure(of: transport.stream())
      #expect([.truncated, .decode].contains(error.code), "\(count)")
      #expect("Hello".hasPrefix(error.partial?.text ?? "?"), "\(count)")
    }
  }

  @Test func C2_aBreakAfterTheFinishIsAnAnswerWithAWarning() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(), .body(ChatBytes.text("Hi") + ChatBytes.finish()))
      exchange.end(TransportError(.truncated, "the body ended early"))
    }
    let labels = try await transport.stream().all().map(\.label)
    #expect(labels == ["start", "text:Hi", "warning:late_break", "finish:stop"])
  }

  @Test func anErrorInsideTheStreamThrowsAfterItsText() async throws {
    let body = ChatBytes.text("Hel") + #"data: {"error":{"message":"busy","type":"overloaded_error"}}"# + "\n\n"
    let stream = PlayedTransport.answering(body + ChatBytes.finish() + ChatBytes.done).stream()
    let (error, labels) = try await failure(of: stream)
    #expect(error.code == .overloaded)
    #expect(labels == ["start", "text:Hel"])
    #expect(error.partial?.text == "Hel")
  }

  @Test func anUnauthorizedRequestThrowsItsClass() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(
        .head(401, ["Content-Type": "application/json", "x-request-id": "r1"]),
        .body(#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#))
      exchange.end()
    }
    let (error, labels) = try await failure(of: transport.stream())
    #expect(labels.isEmpty)
    #expect(error.code == .auth)
    #expect(error.status == 401)
    #expect(error.requestID == "r1")
    #expect(error.providerCode == "invalid_api_key")
    #expect(!error.isRetryable)
    #expect(error.message == "Incorrect API key")
  }

  @Test func aRateLimitSaysHowLongToWait() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(429, ["Retry-After": "7", "x-request-id": "r2"]), .body(#"{"error":{"message":"slow"}}"#))
      exchange.end()
    }
    let (error, _) = try await failure(of: transport.stream())
    #expect(error.code == .rateLimit)
    #expect(error.retryAfter == .seconds(7))
    #expect(error.requestID == "r2")
    #expect(error.isRetryable)
  }

  @Test func anUnknownModelIsNotFound() async throws {
    let body = #"{"error":{"message":"no model m","code":"model_not_found"}}"#
    let (error, _) = try await failure(of: PlayedTransport.answering(body, status: 404).stream())
    #expect(error.code == .notFound)
    #expect(error.status == 404)
  }

  @Test func anErrorStatusThatIsCutStillHasItsClass() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(503), .body(#"{"error":{"mess"#))
      exchange.end(TransportError(.truncated, "the body ended early"))
    }
    let (error, _) = try await failure(of: transport.stream())
    #expect(error.code == .overloaded)
    #expect(error.status == 503)
  }

  @Test func S9_aRedirectIsAnErrorAndNotFollowed() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head(307, ["Location": "https://evil.example/"]))
      exchange.end()
    }
    let (error, _) = try await failure(of: transport.stream())
    #expect(error.code == .redirect)
    #expect(transport.exchanges.now.count == 1)
  }

  @Test(
    arguments: zip(
      [.dns, .connect, .tls, .connectTimeout, .protocol, .truncated, .limit, .badRequest, .unavailable]
        as [TransportError.Code],
      [.dns, .connect, .tls, .timeout, .protocol, .truncated, .limit, .badRequest, .connect] as [SpateError.Code]))
  func aFailureOfTheTransportHasItsClass(_ from: TransportError.Code, _ to: SpateError.Code) async throws {
    let transport = PlayedTransport { $0.end(TransportError(from, "words")) }
    let (error, labels) = try await failure(of: transport.stream())
    #expect(error.code == to)
    #expect(error.phase == (to == .timeout ? .connect : nil))
    #expect(error.message == "words")
    #expect(error.provider == "compatible")
    #expect(labels.isEmpty)
  }

  @Test func anEmptyBodyIsCut() async throws {
    let transport = PlayedTransport { exchange in
      exchange.send(.head())
      exchange.end()
    }
    let (error, _) = try await failure(of: transport.stream())
    #expect(error.code == .truncated)
  }

  @Test func nothingAfterTheLastWordIsRead() async throws {
    let body = ChatBytes.answer("Hi") + ChatBytes.text("forged") + #"data: {"error":"late"}"# + "\n\n"
    let labels = try await PlayedTransport.answering(body).stream().all().map(\.label)
    #expect(labels == ["start", "text:Hi", "usage", "finish:stop"])
  }

  @Test func aFinishIsNeverFollowedByAnErrorAndAnErrorNeverByAFinish() async throws {
    let bodies = [
      ChatBytes.answer("a"), ChatBytes.text("a"), ChatBytes.text("a") + ChatBytes.finish(), ChatBytes.done, "",
      #"data: {"error":"e"}"# + "\n\n" + ChatBytes.answer("a"), ChatBytes.finish("error") + ChatBytes.done,
      "<html>no</html>", "{", "data: {]\n\n" + ChatBytes.answer("a"),
    ]
    for body in bodies {
      for end in [nil, TransportError(.truncated, "early"), TransportError(.connect, "gone")] {
        let transport = PlayedTransport { exchange in
          exchange.send([.head()] + PlayedExchange.Step.pieces(body, size: 5))
          exchange.end(end)
        }
        var finishes = 0
        var errors = 0
        var isLast = true
        var events = transport.stream().makeAsyncIterator()
        do {
          while let event = try await events.next() {
            isLast = false
            if case .finish = event {
              finishes += 1
              isLast = true
            }
          }
        } catch { errors += 1 }
        #expect(finishes + errors == 1, "\(body) \(String(describing: end))")
        #expect(errors == 1 || isLast, "\(body)")
        #expect(try await events.next() == nil)
      }
    }
  }
}
