// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) package import SpateCore

/// The body of a response in any dialect, however it is framed.
///
/// It decides by status and first byte what the body is (rule S11), keeps the limits, and owns the ending: a body that
/// ends without the dialect's last word or a finish reason is cut, however clean its end (rule C1).
package struct BodyDecoder<Payload: PayloadDecoder>: ResponseDecoder {
  enum Form: Sendable {
    /// Nothing but white space yet.
    case unknown
    case events
    case document
    /// The body of an error status.
    case error
    case webPage
  }

  // What every read touches comes first (docs/decisions/0023).
  private(set) var form: Form
  var isTerminated = false
  package private(set) var hasBegun = false
  /// This and the limit are the context's, which lies behind all of this.
  private let includesNative: Bool
  package private(set) var eventCount = 0
  private var byteCount = 0
  private let bodyLimit: Int
  private(set) var failure: SpateError?
  private var framing: Payload.Framing
  var payload: Payload

  let context: ResponseContext
  /// The document, the error body, or the white space before anything else.
  private(set) var collected: [UInt8] = []
  /// Bytes of a byte order mark at the very start.
  private var markCount = 0
  /// What came before anything that this dialect knows, for saying what it was.
  private(set) var stray: [UInt8] = []
  /// The payload holds what another body brought.
  private(set) var isRest = false

  private static var errorBodyLimit: Int { 64 << 10 }

  package init(context: ResponseContext) {
    self.context = context
    (includesNative, bodyLimit) = (context.includesNative, context.bodyLimit)
    payload = Payload(context: context)
    framing = Payload.Framing(context: context)
    form = (200..<300).contains(context.status) ? .unknown : .error
  }

  package var cursor: StreamCursor? { payload.cursor }
  package var templateCounts: (hits: Int, misses: Int) { payload.templateCounts }

  /// The same answer, whose rest another body brings.
  package func resumed(for context: ResponseContext) -> BodyDecoder? {
    guard payload.cursor != nil else { return nil }
    var rest = BodyDecoder(context: context)
    rest.payload = payload
    rest.payload.resume()
    rest.isRest = true
    return rest
  }

  package mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand {
    guard failure == nil, !isTerminated, !isFull else { return .done }
    // What is within the limit is decoded first, so that any split of the body gives the same events.
    let room = bodyLimit - byteCount
    let within = bytes.count <= room ? bytes : bytes.extracting(first: room)
    byteCount += within.count
    reserve(&events)
    switch form {
    case .unknown: sniff(within, into: &events)
    case .events: frame(within, into: &events)
    case .document, .error, .webPage: collect(within)
    }
    if bytes.count > room, !isTerminated, !isFull {
      fail(SpateError(.limit, "the answer is larger than the limit of \(bodyLimit) bytes"))
    }
    return failure == nil && !isTerminated && !isFull ? .more : .done
  }

  /// Most reads bring a few events: room for these at once rather than for one, two and four.
  private func reserve(_ events: inout [StreamEvent]) {
    if events.capacity == 0 { events.reserveCapacity(8) }
  }

  /// Of an error's body only so much is read (rule B12).
  private var isFull: Bool {
    switch form {
    case .error, .webPage: collected.count >= min(Self.errorBodyLimit, bodyLimit)
    case .unknown, .events, .document: false
    }
  }

  package mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError) {
    if failure == nil { conclude(end, into: &events) }
    if failure == nil, let reported = payload.reportedFailure { fail(reported) }
    if var failure {
      payload.flush(into: &events)
      failure.nativeFinish = payload.nativeFinish
      throw failure
    }
    payload.finish(isTerminated: isTerminated, into: &events)
  }

  // MARK: What the body is

  /// Finds the first byte that is no white space, after a byte order mark if there is one (rule S6). What stands before
  /// it on its line is given to the framer as well.
  private mutating func sniff(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var index = 0
    while index < bytes.count, form == .unknown {
      let isInMark = markCount == 1 || markCount == 2
      switch bytes[index] {
      case let byte where markCount < 3 && markCount == collected.count && byte == mark[markCount]:
        markCount += 1
        collected.append(byte)
      case 0x0A where !isInMark, 0x0D where !isInMark: collected.removeAll()
      case 0x20 where !isInMark, 0x09 where !isInMark:
        if collected.count < 64 << 10 { collected.append(bytes[index]) } else { form = .events }
      case let byte where !isInMark:
        switch framing.form(of: byte) {
        case .events: form = .events
        case .document: form = .document
        case .webPage: form = .webPage
        }
      default: form = .events
      }
      if form == .unknown { index += 1 }
    }
    guard form != .unknown else { return }
    let before = collected
    collected = []
    if form == .events {
      if Payload.Framing.readsSpaceBefore { frame(before.span, into: &events) }
      frame(bytes.extracting(index..<bytes.count), into: &events)
    } else {
      if form == .document { eventCount = 1 }
      collect(bytes.extracting(index..<bytes.count))
    }
  }

  private mutating func collect(_ bytes: Span<UInt8>) {
    hasBegun = true
    // A document is bounded by the limit of the body.
    let room = form == .document ? bytes.count : Self.errorBodyLimit - collected.count
    collected.append(bytes.count <= room ? bytes : bytes.extracting(first: max(room, 0)))
  }

  // MARK: Events

  private mutating func frame(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) {
    var cursor = Payload.Framing.cursor()
    do throws(WireError) {
      while let frame = try framing.next(bytes, &cursor) {
        switch frame {
        case .input(let range, let label): take(bytes.extracting(range), label, into: &events)
        case .buffer(let label):
          let data = framing.data
          take(data.span, label, into: &events)
        case .comment: break
        case .unknown: takeUnknown(framing.unknownLine)
        }
        if failure != nil || isTerminated { return }
      }
    } catch { fail(SpateError(wire: error)) }
  }

  private mutating func take(_ data: Span<UInt8>, _ label: Payload.Framing.Label, into events: inout [StreamEvent]) {
    if Payload.Framing.isHeartbeat(data, label) { return }
    if includesNative { keep(data, into: &events) }
    do throws(SpateError) {
      switch try payload.event(data, type: label, into: &events) {
      case .event:
        hasBegun = true
        eventCount += 1
      case .lastEvent:
        hasBegun = true
        eventCount += 1
        isTerminated = true
      case .endMark:
        hasBegun = true
        isTerminated = true
      case .heartbeat: break
      }
    } catch {
      hasBegun = true
      eventCount += 1
      // Garbage after a complete answer breaks nothing any more; an error that the provider reports does.
      if error.code == .decode, payload.isComplete {
        events.append(.warning(StreamWarning(.lateBreak, "after the end of the answer: \(error.message)")))
        isTerminated = true
      } else {
        fail(error)
      }
    }
  }

  /// The provider's own event, for who asked for it.
  func keep(_ data: Span<UInt8>, into events: inout [StreamEvent]) {
    let type = form == .document ? "message" : framing.frameType
    events.append(.native(NativeEvent(type: type, bytes: Array(copying: data))))
  }

  /// llama.cpp and its kin put errors into a field of that name (rule S10).
  private mutating func takeUnknown(_ line: [UInt8]) {
    guard line.span.starts(with: "error:") else {
      if stray.count + line.count < Self.errorBodyLimit { stray += line + [UInt8(ascii: "\n")] }
      return
    }
    hasBegun = true
    fail(ErrorBody(Array(line[6...]), context: context).inStream)
  }

  mutating func concludeTail(into events: inout [StreamEvent]) {
    if let tail = framing.tail() { take(tail, into: &events) }
  }

  /// A last frame without its end mark: used when it is whole, else the stream is cut as it stands (rule S9).
  private mutating func take(_ tail: FrameTail<Payload.Framing.Label>, into events: inout [StreamEvent]) {
    if tail.isPartial { hasBegun = true }
    if let line = tail.unknownLine { takeUnknown(line) }
    guard failure == nil, let data = tail.data else { return }
    let isError = Payload.Framing.isError(tail.label)
    guard isError || Payload.isLastWord(data.span) || Payload.isErrorText(data.span) || isJSON(data) else {
      if payload.isComplete {
        events.append(.warning(StreamWarning(.lateBreak, "the connection ended inside an event after the finish")))
      }
      // Half an event is not nothing.
      hasBegun = true
      return
    }
    if !tail.needsNoMark {
      events.append(
        .warning(StreamWarning(.unterminatedEvent, "the last event has no blank line after it; it was taken as whole")))
    }
    take(data.span, tail.label, into: &events)
  }

  // MARK: Failures

  mutating func fail(_ error: SpateError) {
    guard failure == nil else { return }
    var error = error
    if error.provider == nil { error.provider = context.provider }
    failure = error
  }
}
