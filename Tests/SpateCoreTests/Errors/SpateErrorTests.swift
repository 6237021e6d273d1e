// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct SpateErrorTests {
  private static let codes: [SpateError.Code] = [
    .connect, .dns, .tls, .timeout, .auth, .missingKey, .quota, .rateLimit, .overloaded, .server, .badRequest,
    .contextLength, .unsupportedParameter, .unsupportedProvider, .alreadyRead, .tool, .notFound, .conflict, .tooLarge,
    .redirect, .contentType, .protocol, .decode, .truncated, .provider, .contentFilter, .limit, .cancelled,
  ]

  @Test func namesAreUniqueWords() {
    #expect(Set(Self.codes.map(\.description)).count == Self.codes.count)
    for code in Self.codes {
      #expect(code.description.allSatisfy { $0.isLowercase || $0 == "_" } && !code.description.isEmpty)
    }
  }

  /// trust.md 1.3.
  @Test func whatMayBeTriedAgain() {
    let retryable = Self.codes.filter { SpateError($0, "m").isRetryable }
    #expect(
      Set(retryable)
        == [.connect, .dns, .timeout, .rateLimit, .overloaded, .server, .conflict, .truncated, .provider])
  }

  @Test func aTotalTimeoutIsNotTriedAgain() {
    for (phase, isRetryable) in [
      (SpateError.Phase.connect, true), (.firstByte, true), (.idle, true), (.total, false),
    ] {
      var error = SpateError(.timeout, "m")
      error.phase = phase
      #expect(error.isRetryable == isRetryable && error.label == "timeout.\(phase.rawValue)")
    }
  }

  @Test func theProviderMaySayOtherwise() {
    var error = SpateError(.badRequest, "m")
    error.isRetryable = true
    #expect(error.isRetryable)
    error.isRetryable = false
    #expect(!error.isRetryable)
  }

  @Test func outcomes() {
    for code in Self.codes {
      let outcome: Outcome =
        switch code {
        case .truncated: .cut
        case .cancelled: .cancelled
        case .timeout: .timedOut
        default: .failed
        }
      #expect(SpateError(code, "m").outcome == outcome)
    }
  }

  @Test func isAValue() {
    var error = SpateError(.server, "m")
    let copy = error
    error.status = 503
    error.providerCode = "busy"
    error.retryAfter = .seconds(2)
    error.requestID = "r"
    error.provider = "p"
    error.model = "m"
    error.attempts = 3
    error.nativeFinish = "error"
    error.partial = PartialResponse()
    error.body = [1]
    #expect(copy.status == nil && copy.body.isEmpty && copy.attempts == 1 && copy.partial == nil)
    #expect(error.status == 503 && error.providerCode == "busy" && error.retryAfter == .seconds(2))
    #expect(error.requestID == "r" && error.provider == "p" && error.model == "m" && error.attempts == 3)
    #expect(error.nativeFinish == "error" && error.partial != nil && error.body == [1])
  }

  @Test func bodiesAreBounded() {
    for over in -1...1 {
      var error = SpateError(.server, "m")
      error.body = [UInt8](repeating: 1, count: 64 << 10 + over)
      #expect(error.body.count == min(64 << 10, 64 << 10 + over))
    }
  }

  @Test func oneLineForAPerson() {
    var error = SpateError(.rateLimit, "slow down")
    #expect("\(error)" == "rate_limit: slow down")
    error.status = 429
    #expect("\(error)" == "rate_limit 429: slow down" && error.label == "rate_limit")
  }

  // MARK: Text of others

  @Test func controlsAreTakenOut() {
    #expect(DisplayText.bounded("a\u{1B}[31mb\u{7F}\u{9B}c\u{0}") == "a[31mbc")
    #expect(DisplayText.bounded(" \n a\n\tb \r\n") == "a\n\tb")
    #expect(DisplayText.bounded("\u{1B}\n").isEmpty && DisplayText.bounded("").isEmpty)
  }

  @Test func lengthIsBoundedInWholeScalars() {
    #expect(DisplayText.bounded("ééé", limit: 5) == "éé" && DisplayText.bounded("ééé", limit: 6) == "ééé")
    #expect(DisplayText.bounded("🙂", limit: 3).isEmpty)
    #expect(DisplayText.bounded(String(repeating: "x", count: 9000)).utf8.count == 4 << 10)
  }
}
