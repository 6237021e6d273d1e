// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Decodes Mistral's answers, which ``ChatDecoder`` reads: here the parts of a content list get their numbers and names,
/// so that a turn goes back in the order in which it came.
struct MistralDecoder: PayloadDecoder {
  private enum Kind: Sendable {
    case reasoning, text, other
  }

  /// Where one of the answers is.
  private struct Place: Sendable {
    var choice: Int32
    var kind: Kind?
    var block: Int32 = 0
    var lastReasoning: Int32?
    var lastText: Int32?
  }

  private var chat: ChatDecoder
  private var places: [Place] = []

  init(context: ResponseContext) { chat = ChatDecoder(context: context) }

  var isComplete: Bool { chat.isComplete }
  var nativeFinish: String? { chat.nativeFinish }
  var reportedFailure: SpateError? { chat.reportedFailure }
  var templateCounts: (hits: Int, misses: Int) { chat.templateCounts }

  static func isLastWord(_ data: Span<UInt8>) -> Bool { ChatDecoder.isLastWord(data) }

  mutating func event(
    _ data: Span<UInt8>, type: EventType, into events: inout [StreamEvent]
  ) throws(SpateError) -> PayloadStep {
    let mark = events.count
    // What came before an error in the same event is numbered too.
    defer { number(&events, from: mark) }
    return try chat.event(data, type: type, into: &events)
  }

  mutating func document(_ data: Span<UInt8>, into events: inout [StreamEvent]) throws(SpateError) {
    let mark = events.count
    defer { number(&events, from: mark) }
    try chat.document(data, into: &events)
  }

  mutating func finish(isTerminated: Bool, into events: inout [StreamEvent]) {
    let mark = events.count
    chat.finish(isTerminated: isTerminated, into: &events)
    number(&events, from: mark, isEnd: true)
  }

  mutating func flush(into events: inout [StreamEvent]) {
    let mark = events.count
    chat.flush(into: &events)
    number(&events, from: mark, isEnd: true)
  }

  // MARK: Blocks

  /// `isEnd`: what comes now was held back, and belongs to the blocks that were there.
  private mutating func number(_ events: inout [StreamEvent], from mark: Int, isEnd: Bool = false) {
    var index = mark
    while index < events.count {
      switch events[index] {
      case .text(var delta):
        delta.block = block(.text, delta.choice, isEnd)
        events[index] = .text(delta)
      case .reasoning(var delta):
        delta.block = block(.reasoning, delta.choice, isEnd)
        events[index] = .reasoning(delta)
      case .reasoningDetail(var detail):
        detail.seal.dialect = .mistral
        detail.block = block(.reasoning, detail.choice, isEnd)
        events[index] = .reasoningDetail(detail)
      case .toolCall(var call) where !MistralToolID.isOwn(call.id):
        // Models of other makers have ids of their own, which go back as they came.
        call.seal = Seal(dialect: .mistral)
        events[index] = .toolCall(call)
      case .raw(let raw):
        if let part = Self.part(raw) { index += give(part, at: index, into: &events) }
      default: break
      }
      index += 1
    }
  }

  private mutating func block(_ kind: Kind, _ choice: Int32, _ isEnd: Bool) -> Int32 {
    let index: Int
    if let known = places.firstIndex(where: { $0.choice == choice }) {
      index = known
    } else {
      places.append(Place(choice: choice))
      index = places.count - 1
    }
    if isEnd, let last = kind == .text ? places[index].lastText : places[index].lastReasoning { return last }
    if places[index].kind != kind {
      if places[index].kind != nil { places[index].block += 1 }
      places[index].kind = kind
      if kind == .text { places[index].lastText = places[index].block }
      if kind == .reasoning { places[index].lastReasoning = places[index].block }
    }
    return places[index].block
  }

  // MARK: Parts

  /// A piece of a content list that is neither words nor thoughts: it goes back as it came.
  private static func part(_ raw: RawEvent) -> NativePart? {
    let prefix = "content."
    guard raw.type.hasPrefix(prefix) else { return nil }
    // The bytes were a value that was written again: they are JSON.
    do throws(WireError) {
      let type = String(raw.type.dropFirst(prefix.count))
      return NativePart(dialect: .mistral, type: type, value: try JSONValue(parsing: raw.bytes))
    } catch { return nil }
  }

  /// Gives how many events were added.
  private mutating func give(_ part: NativePart, at index: Int, into events: inout [StreamEvent]) -> Int {
    // Words behind it are a block of their own.
    let before = places.first { $0.choice == 0 }?.lastText ?? 0
    _ = block(.other, 0, false)
    events[index] = .part(WholePart(.native(part)))
    guard part.type == "reference" else { return 0 }
    // Rule N6. It goes back as a part: the source is for showing.
    events.insert(.source(Source(native: part.value, block: before)), at: index)
    return 1
  }
}

/// Ids of calls as Mistral makes them, and demands them of others: nine letters and digits.
enum MistralToolID {
  static func isOwn(_ id: String) -> Bool {
    id.utf8.count == 9
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        default: false
        }
      }
  }

  /// An id of another provider's as Mistral takes it: the same one each time (rule D22).
  static func own(of id: String) -> String {
    if isOwn(id) { return id }
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var own = ""
    for _ in 0..<9 {
      own.append(digits[Int(hash % 62)])
      hash /= 62
    }
    return own
  }
}
