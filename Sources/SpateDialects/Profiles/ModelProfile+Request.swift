// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ModelProfile {
  /// Whether it may change a request, or warn of one: nothing is known of most models.
  package var saysAnything: Bool {
    !(capabilities.isEmpty && rules.isEmpty && reasoningBudget == nil && !alwaysReasons)
  }

  /// The request as the model takes it, and what had to be changed for that.
  ///
  /// Options are left out, or moved to the nearest value that is taken. What is asked about is never taken away: an image
  /// for a model that is known not to see goes out, with a warning, for the table may be older than the model, and a
  /// provider's refusal is more honest than an answer about an image that nobody saw.
  public func adapted(_ request: ChatRequest) -> (request: ChatRequest, warnings: [StreamWarning]) {
    var adapter = RequestAdapter(profile: self, request: request)
    adapter.adapt()
    return (adapter.request, adapter.warnings)
  }
}
