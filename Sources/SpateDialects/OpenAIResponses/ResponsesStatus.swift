// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The status of a response, and why it is incomplete.
struct ResponsesStatus: Sendable, Hashable {
  var word: String
  var reason: String?

  /// Nil when the response names none.
  init?(_ response: JSONValue) {
    guard let word = response["status"]?.string, !word.isEmpty else { return nil }
    self.word = word
    reason = response["incomplete_details"]?["reason"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The status of this name.
  init(_ word: String) { self.word = word }

  /// Reads what ``native`` gives.
  init(native: String) {
    let parts = native.split(separator: ":", maxSplits: 1)
    word = parts.first.map(String.init) ?? native
    reason = parts.count > 1 ? String(parts[1]) : nil
  }

  /// `completed`, `incomplete:max_output_tokens`
  var native: String { reason.map { "\(word):\($0)" } ?? word }

  /// Whether the response goes on.
  var isOpen: Bool { word == "queued" || word == "in_progress" }

  /// Why the model stopped (dialects.md, part 3): the status never says that tools are to be called (rule N9: every
  /// other reason stays).
  func finish(hasCalls: Bool, hasRefused: Bool) -> FinishReason {
    switch word {
    case "completed": hasCalls ? .toolCalls : hasRefused ? .refusal : .stop
    case "incomplete":
      switch reason {
      case nil, "max_output_tokens"?, "max_tokens"?: .length
      case "content_filter"?: .contentFilter
      default: .unknown
      }
    case "queued", "in_progress": .pause
    case "failed", "cancelled": .error
    default: .unknown
    }
  }

  /// An incomplete answer is none that is complete, whatever its reason (rule C12).
  func outcome(of finish: FinishReason) -> Outcome {
    finish == .unknown && word == "incomplete" ? .limited : Outcome(finish)
  }
}
