// SPDX-License-Identifier: Apache-2.0

public import SpateCore
internal import SpateDialects

extension Client {
  /// What is wrong with its settings, found without a network: a key that is not set, an address that can not be used, a
  /// dialect or a model that nobody knows. Empty when all is well.
  ///
  /// ```swift
  /// for problem in Client(provider: .openAI).problems { print(problem) }   // missing_key: there is no key for OpenAI: ...
  /// ```
  ///
  /// Making a client never fails: each of these is thrown by the first read of a call that it concerns. Without a provider
  /// of its own a client's calls name theirs, so that only fallbacks can be looked at.
  public var problems: [SpateError] {
    var problems: [SpateError] = []
    func check(_ body: () throws(SpateError) -> Void) {
      do throws(SpateError) { try body() } catch { problems.append(error) }
    }
    if let provider { check { () throws(SpateError) in try checkSettings(of: provider) } }
    for fallback in recovery.fallbacks ?? [] {
      check { () throws(SpateError) in
        try checkSettings(of: Route(model: fallback.model, provider: fallback.provider).provider)
      }
    }
    return problems
  }

  /// Throws what a request to it would, before it is sent.
  private func checkSettings(of provider: Provider) throws(SpateError) {
    _ = try PreparedCall(
      EncodedRequest(path: "/", body: []), at: provider, dialect: dialect(of: provider), isStream: false, client: self,
      timeouts: timeouts)
  }
}
