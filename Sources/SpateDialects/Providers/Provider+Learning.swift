// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Provider {
  /// The same provider with the way of its own that an error shows: asked in that way, the same request may be taken.
  /// Nil when the error shows none.
  ///
  /// ```swift
  /// if let wiser = provider.learning(from: error) { ... }   // once; kept for the next calls (rule D8)
  /// ```
  ///
  /// It reads what servers of OpenAI's chat dialect say about fields that they do not take: `stream_options` (rule D8),
  /// `max_tokens` and `max_completion_tokens`, `reasoning_content` of earlier turns, missing or not wanted (rule D21), the
  /// role `developer`.
  public func learning(from error: SpateError) -> Provider? {
    guard dialect == .openAIChat || dialect == .mistral, Self.isRefusal(error) else { return nil }
    let words = (error.message + "\n" + error.body.span.decodedString()).lowercased()
    var wiser = self
    if words.contains("stream_options"), !quirks.contains(.refusesStreamOptions) {
      wiser.quirks.insert(.refusesStreamOptions)
    } else if words.contains("max_completion_tokens") {
      // "Use 'max_completion_tokens' instead" names both; who does not know it names it alone.
      let isWanted = words.contains("max_tokens")
      guard isWanted != quirks.contains(.maxCompletionTokens) else { return nil }
      wiser.quirks.formSymmetricDifference([.maxCompletionTokens])
    } else if words.contains("reasoning_content") {
      wiser.quirks.formSymmetricDifference([.replaysReasoningContent])
    } else if words.contains("developer"), quirks.contains(.developerRole) {
      wiser.quirks.remove(.developerRole)
    } else {
      return nil
    }
    return wiser
  }

  private static func isRefusal(_ error: SpateError) -> Bool {
    guard error.status == 400 || error.status == 422 else { return false }
    return error.code == .badRequest || error.code == .unsupportedParameter
  }
}
