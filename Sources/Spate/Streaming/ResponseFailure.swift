// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

extension SpateError {
  /// The provider ended the answer as it should, and says that it is none: Gemini's `OTHER` (rules N7, C12).
  init(brokenOff finish: Finish) {
    let word = DisplayText.bounded(finish.native ?? finish.reason.rawValue, limit: 100)
    let more = finish.metadata["finishMessage"]?.string.map { ": \($0)" } ?? ""
    self.init(.provider, DisplayText.bounded("the provider broke the answer off with the reason \(word)\(more)"))
    nativeFinish = finish.native
  }

  /// The error with what the response's head says about it: the request's id, the wait that is asked for, where a
  /// redirect leads, and what a 404 may mean.
  func explained(by fields: HTTPFields, url: String, date: Int) -> SpateError {
    var error = self
    // A body may name it too (Anthropic).
    error.requestID = ResponseHead(status: 0, fields: fields).requestID ?? error.requestID
    let hint = RetryHint(fields: fields, status: status ?? 0, date: date)
    if error.retryAfter == nil { error.retryAfter = hint.delay }
    if let shouldRetry = hint.shouldRetry { error.isRetryable = shouldRetry }
    if code == .redirect {
      let target = fields["Location"].map { Self.origin(of: $0) } ?? "an address that it does not name"
      return error.replacingMessage("the provider redirects to \(target), which is never followed: use that base URL")
    }
    // A missing /v1 is not guessed, but it is the usual reason where OpenAI's paths are asked for.
    let path = url.prefix { $0 != "?" }
    if status == 404, !url.contains("/v1"),
      ["/chat/completions", "/responses", "/models"].contains(where: path.hasSuffix)
    {
      return error.replacingMessage("\(message) (the base URL has no /v1: is it missing?)")
    }
    return error
  }

  /// Scheme, host and port only: the rest of an address may hold anything (trust.md S9).
  private static func origin(of location: String) -> String {
    let parts = location.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty else {
      return "another path of its own"
    }
    let host = parts[2].split(separator: "@").last.map(String.init) ?? ""
    return DisplayText.bounded("\(parts[0])//\(host.prefix { $0 != "?" && $0 != "#" })", limit: 200)
  }
}
