// SPDX-License-Identifier: Apache-2.0

import SpateTransport
import Testing

/// Which of the two carriers of `http` a test runs over.
enum Carrier {
  /// Our own sockets, or libcurl. Set by the trait ``Testing/Trait/overBothCarriers``.
  @TaskLocal static var isPlain = true

  /// A transport of this carrier.
  static func transport(
    transfersPerMulti: Int = 1000, idleLifetime: Duration = .seconds(120)
  ) -> CurlTransport {
    CurlTransport(transfersPerMulti: transfersPerMulti, idleLifetime: idleLifetime, plainHTTP: isPlain)
  }

  /// For names that only one run may use.
  static var name: String { isPlain ? "plain" : "curl" }
}

/// Runs each test twice: first over libcurl, then over our own sockets. The two must not differ.
struct OverBothCarriers: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  @concurrent func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    for isPlain in [false, true] {
      try await Carrier.$isPlain.withValue(isPlain) { try await function() }
    }
  }
}

extension Trait where Self == OverBothCarriers {
  static var overBothCarriers: Self { Self() }
}
