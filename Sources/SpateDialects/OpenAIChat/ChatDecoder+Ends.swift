// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// How the answers end.
extension ChatDecoder {
  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    let reason = finishReason(into: &events)
    for place in choices.indices {
      // Rule T8, for each answer by its own reason.
      let isWhole =
        switch self.reason(at: place) {
        case .length, .error, .contentFilter: false
        default: true
        }
      flush(place, into: &events)
      if !choices[place].calls.isEmpty {
        choices[place].calls.finish(isWhole: isWhole, responseID: start.id, into: &events)
      }
      if !choices[place].function.isEmpty, !choices[place].calls.hasCalls {
        choices[place].function.finish(isWhole: isWhole, responseID: start.id, into: &events)
      }
    }
    warnOfRepairs(into: &events)
    var ends: [ChoiceFinish] = []
    if choices.count > 1 {
      ends = choices.indices.map { place in
        ChoiceFinish(choice: choices[place].index, reason: self.reason(at: place), native: choices[place].finish)
      }
    }
    events.append(
      .finish(Finish(reason: reason, native: nativeFinish, choices: ends, metadata: extras.metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    for place in choices.indices {
      flush(place, into: &events)
      choices[place].calls.flush(responseID: start.id, into: &events)
      if !choices[place].calls.hasCalls {
        choices[place].function.flush(responseID: start.id, into: &events)
      }
    }
    warnOfRepairs(into: &events)
  }

  /// OpenAI says "stop" of a refusal too (dialects.md, part 3).
  private func reason(at place: Int) -> FinishReason? {
    guard let word = choices[place].finish else { return nil }
    let reason = FinishReason(chat: word)
    return reason == .stop && choices[place].hasRefused ? .refusal : reason
  }

  private func finishReason(into events: inout [StreamEvent]) -> FinishReason {
    guard let place = firstPlace, let word = choices[place].finish, let reason = reason(at: place) else {
      events.append(
        .warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    if reason == .unknown {
      let shown = DisplayText.bounded(word, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    var repairs = 0
    for place in choices.indices {
      repairs += choices[place].content.repairs + choices[place].reasoning.repairs + choices[place].refusal.repairs
      repairs += choices[place].calls.repairs + choices[place].function.repairs
    }
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
