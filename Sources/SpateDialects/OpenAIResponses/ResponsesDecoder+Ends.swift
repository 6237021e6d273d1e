// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// How an answer ends: the response that says so, then its body.
extension ResponsesDecoder {
  /// The whole response, as it ended: what of it did not come before is given out now (rule N15).
  mutating func end(
    _ response: JSONValue, _ word: String?, into events: inout [StreamEvent]
  ) throws(SpateError) {
    takeNames(response)
    begin(into: &events)
    var status = ResponsesStatus(response) ?? word.map { ResponsesStatus($0) }
    // An event says more than a status that was left as it was.
    if let word, status?.isOpen == true { status = ResponsesStatus(word) }
    self.status = status
    for (index, item) in (response["output"]?.array ?? []).enumerated() {
      try items.complete(item, at: index, into: &events)
    }
    if let report = response["usage"] { take(report, into: &events) }
    keep(response, without: Self.responseNames)
    switch status?.word {
    case "failed"?: throw failure(response["error"])
    case "cancelled"?: throw SpateError(.cancelled, "the response was cancelled at the provider")
    default: if let pending { throw pending }
    }
  }

  private func failure(_ error: JSONValue?) -> SpateError {
    if let error, !error.isNull { return ErrorBody(["error": error], context: context).inStream }
    return pending ?? SpateError(.provider, "the provider says that the response failed, and not why")
  }

  static let eventNames: Set = ["type", "sequence_number", "response"]

  /// Names of our own, and what of the request the response repeats.
  private static let responseNames: Set = [
    "object", "id", "created_at", "model", "output", "output_text", "usage", "status", "error", "instructions", "input",
    "tools", "tool_choice", "parallel_tool_calls", "text", "temperature", "top_p", "top_logprobs", "max_output_tokens",
    "max_tool_calls", "truncation", "reasoning", "user", "safety_identifier", "frequency_penalty", "presence_penalty",
    "prompt_cache_retention", "prompt_cache_key", "incomplete_details", "store", "background", "metadata",
  ]

  /// What else the provider says, by its own names: `service_tier`, `previous_response_id`, `content_filters`, ...
  mutating func keep(_ value: JSONValue, without names: Set<String>) {
    for (key, value) in value.object?.members ?? [] where !value.isNull && !names.contains(key) {
      if metadata.members.count < 64 || metadata[key] != nil { metadata[key] = value }
    }
  }

  // MARK: The end of the body

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    begin(into: &events)
    items.endAll(into: &events)
    let reason = finishReason(into: &events)
    // Rule T8: a call that a limit or a filter cut is not run, even if its JSON happens to be closed.
    let outcome = status?.outcome(of: reason) ?? Outcome(reason)
    items.giveCalls(isWhole: outcome == .complete || outcome == .refused, into: &events)
    warnOfRepairs(into: &events)
    if let sequence { metadata["sequence_number"] = .number(JSONNumber(sequence)) }
    events.append(.finish(Finish(reason: reason, native: status?.native, outcome: outcome, metadata: metadata)))
  }

  mutating func flush(into events: inout [StreamEvent]) {
    items.flush(into: &events)
    warnOfRepairs(into: &events)
    if let sequence { events.append(.metadata(["sequence_number": .number(JSONNumber(sequence))])) }
  }

  private func finishReason(into events: inout [StreamEvent]) -> FinishReason {
    guard let status else {
      events.append(.warning(StreamWarning(.missingFinish, "the provider ended the answer without saying why")))
      return .unknown
    }
    let reason = status.finish(hasCalls: items.hasCalls, hasRefused: items.hasRefused)
    if reason == .unknown {
      let shown = DisplayText.bounded(status.native, limit: 100)
      events.append(.warning(StreamWarning(.unknownFinish, "the provider stopped for a reason new to us: \(shown)")))
    }
    return reason
  }

  private func warnOfRepairs(into events: inout [StreamEvent]) {
    let repairs = self.repairs + items.repairs
    guard repairs > 0 else { return }
    events.append(
      .warning(StreamWarning(.repairedText, "\(repairs) pieces of text held bytes or surrogates that are no Unicode")))
  }
}
