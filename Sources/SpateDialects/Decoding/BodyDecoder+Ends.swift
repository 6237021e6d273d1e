// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What the end of a body means: an answer, one that was cut off, or an error.
extension BodyDecoder {
  mutating func conclude(_ end: BodyEnd, into events: inout [StreamEvent]) {
    switch form {
    case .error: fail(ErrorBody(collected, context: context).error)
    case .webPage:
      let title = ErrorBody.title(of: collected).map { ": \($0)" } ?? ""
      var error = SpateError(.contentType, DisplayText.bounded("the provider answered with a web page\(title)"))
      error.status = context.status
      error.body = collected
      fail(error)
    case .document: concludeDocument(end, into: &events)
    case .unknown, .events: concludeEvents(end, into: &events)
    }
  }

  private mutating func concludeDocument(_ end: BodyEnd, into events: inout [StreamEvent]) {
    let document = collected
    // Decoding finds out itself whether the document is whole JSON. Only where something would be left of one that is
    // not, it is looked at before.
    let isFirstChecked = isRest || context.includesNative
    if isFirstChecked, let error = Self.flaw(document) { return fail(document, error, end) }
    if context.includesNative { keep(document.span, into: &events) }
    let count = events.count
    do throws(SpateError) {
      try payload.document(document.span, into: &events)
      isTerminated = true
      if case .broken = end { warnOfLateBreak(into: &events) }
    } catch {
      guard !isFirstChecked, let flaw = Self.flaw(document) else { return fail(error) }
      events.removeSubrange(count...)
      payload = Payload(context: context)
      fail(document, flaw, end)
    }
  }

  private mutating func fail(_ document: [UInt8], _ flaw: WireError, _ end: BodyEnd) {
    if case .broken(let reason) = end { return fail(reason) }
    if case .malformed(.unexpectedEnd, _) = flaw {
      return fail(SpateError(.truncated, "the answer was cut off after \(document.count) bytes of JSON"))
    }
    fail(SpateError(wire: flaw))
  }

  private mutating func concludeEvents(_ end: BodyEnd, into events: inout [StreamEvent]) {
    if !isTerminated { concludeTail(into: &events) }
    guard failure == nil else { return }
    if isTerminated {
      // An end mark and nothing before it is no answer (rule S12).
      if eventCount == 0 { failEmpty() }
      return
    }
    // Google writes an error as bare lines of JSON after the events (rule S10), also after a finish reason.
    if let error = strayError { return fail(error) }
    if payload.isComplete {
      if case .broken = end { warnOfLateBreak(into: &events) }
      return
    }
    switch end {
    case .broken(let reason): fail(reason)
    case .clean where hasBegun:
      fail(SpateError(.truncated, "the stream ended before the answer did: no finish reason and no end mark came"))
    case .clean: failEmpty()
    }
  }

  private var strayError: SpateError? {
    guard stray.first == UInt8(ascii: "{") || stray.first == UInt8(ascii: "["), isJSON(stray) else { return nil }
    let error = ErrorBody(stray, context: context)
    // Whatever follows a complete answer, only what says that it is an error is one.
    return payload.isComplete && !error.isNamed ? nil : error.inStream
  }

  private mutating func failEmpty() {
    guard stray.isEmpty else {
      let excerpt = DisplayText.bounded(stray.span.decodedString(), limit: 200)
      var error = SpateError(.truncated, "the provider answered \(context.status) and sent no event: \(excerpt)")
      error.body = stray
      return fail(error)
    }
    fail(SpateError(.truncated, "the provider answered \(context.status) and sent nothing"))
  }

  func isJSON(_ data: [UInt8]) -> Bool { Self.flaw(data) == nil }

  /// What keeps the bytes from being one JSON text.
  private static func flaw(_ data: [UInt8]) -> WireError? {
    do throws(WireError) {
      try JSONScanner.scan(data.span) { (json) throws(WireError) in json.skip() }
      return nil
    } catch { return error }
  }

  private func warnOfLateBreak(into events: inout [StreamEvent]) {
    events.append(
      .warning(StreamWarning(.lateBreak, "the connection broke after the answer was complete")))
  }
}
