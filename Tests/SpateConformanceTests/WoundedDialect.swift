// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

/// ``PipeDialect`` with one thing wrong: what the check of this name must find.
struct WoundedDialect: Dialect {
  let wound: ConformanceCheck
  private let sound = PipeDialect()

  init(_ wound: ConformanceCheck) { self.wound = wound }

  var id: DialectID { sound.id }
  var conversationForm: ConversationForm { sound.conversationForm }

  func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    try sound.encode(request, for: provider)
  }

  func decoder(for context: ResponseContext) -> any ResponseDecoder {
    var seen = context
    if wound == .limits { seen = ResponseContext() }
    if wound == .statuses, context.status == 401 { seen.status = 400 }
    return WoundedDecoder(inner: PipeDecoder(context: seen), wound: wound, isNative: context.includesNative)
  }

  var server: (any ServerDialect)? { wound == .serverSide ? DeafServer() : PipeServer() }
}

/// What a decoder must not have: all copies share it.
private final class SharedCount: @unchecked Sendable {
  // One test uses it, on one thread: it is the fault that is looked for.
  var events = 0
}

private struct WoundedDecoder: ResponseDecoder {
  var inner: any ResponseDecoder
  let wound: ConformanceCheck
  let isNative: Bool
  private var shared = SharedCount()
  private var byteCount = 0

  init(inner: any ResponseDecoder, wound: ConformanceCheck, isNative: Bool) {
    self.inner = inner
    self.wound = wound
    self.isNative = isNative
  }

  var eventCount: Int { wound == .snapshot ? shared.events : inner.eventCount }
  var hasBegun: Bool { inner.hasBegun }

  mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand {
    var own: [StreamEvent] = []
    byteCount += bytes.count
    let demand = inner.feed(bytes, into: &own)
    shared.events += own.count
    switch wound {
    case .expected: own.removeAll { if case .text = $0 { true } else { false } }
    case .splits: own.append(.warning(StreamWarning(.ignoredValue, "a read of \(bytes.count) bytes")))
    case .native where isNative: own.removeAll { if case .text = $0 { true } else { false } }
    case .wholeText: if !own.isEmpty { own.append(.text(TextDelta(""))) }
    case .nesting:
      own = own.flatMap { event -> [StreamEvent] in
        if case .toolInputStart = event { [event, event] } else { [event] }
      }
    case .damage:
      own = own.flatMap { event -> [StreamEvent] in
        // A line that it does not know is answered with a thousand words.
        if case .raw = event { Array(repeating: .text(TextDelta("what? ")), count: 1000) } else { [event] }
      }
    case .lastWord where demand == .done: own.append(.metadata(["more": true]))
    default: break
    }
    events += own
    return demand
  }

  mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError) {
    let (wound, count) = (wound, byteCount)
    switch wound {
    case .breaks: try inner.finish(.clean, into: &events)
    case .cuts, .emptyBody:
      do throws(SpateError) { try inner.finish(end, into: &events) } catch {
        guard error.code == .truncated, wound == .cuts || count == 0 else { throw error }
        events.append(.finish(Finish(reason: .stop, native: nil)))
      }
    case .oneFinish:
      try inner.finish(end, into: &events)
      events.append(.finish(Finish(reason: .stop, native: nil)))
    default: try inner.finish(end, into: &events)
    }
  }
}

/// Its answers have no words.
private struct DeafServer: ServerDialect {
  private let sound = PipeServer()

  var idPrefix: String { sound.idPrefix }
  func serves(_ request: ServedRequest) -> Bool { sound.serves(request) }
  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest { try sound.read(request) }
  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    sound.document(of: events.filter { if case .text = $0 { false } else { true } }, for: request)
  }
  func body(of failure: ServedFailure) -> [UInt8] { sound.body(of: failure) }
  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    sound.writer(for: request, start: start)
  }
}
