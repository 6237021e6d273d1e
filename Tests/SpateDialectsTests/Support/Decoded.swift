// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Everything that a decoder makes of a body.
struct Decoded: Equatable {
  var events: [StreamEvent] = []
  var failure: Failure?
  var eventCount = 0
  /// What is built of it, also of one that failed.
  var answer = PartialResponse()

  /// All that an error says.
  struct Failure: Equatable {
    var code: SpateError.Code
    var message: String
    var status: Int?
    var providerCode: String?
    var provider: String?
    var nativeFinish: String?
    var requestID: String?
    var isRetryable: Bool
    var body: [UInt8]

    init(_ error: SpateError) {
      (code, message, status) = (error.code, error.message, error.status)
      (providerCode, provider, nativeFinish) = (error.providerCode, error.provider, error.nativeFinish)
      (isRetryable, body, requestID) = (error.isRetryable, error.body, error.requestID)
    }
  }

  /// Feeds `pieces`, one after the other, and ends the body.
  init(
    _ pieces: [[UInt8]], context: ResponseContext = ResponseContext(), end: BodyEnd = .clean,
    dialect: any Dialect = OpenAIChatDialect()
  ) {
    var decoder = dialect.decoder(for: context)
    var events: [StreamEvent] = []
    for piece in pieces where decoder.feed(piece.span, into: &events) == .done { break }
    self.init(finishing: decoder, after: events, end: end)
  }

  /// Ends the body of a decoder that gave `events`.
  init(finishing decoder: any ResponseDecoder, after events: [StreamEvent], end: BodyEnd = .clean) {
    var decoder = decoder
    self.events = events
    eventCount = decoder.eventCount
    var error: SpateError?
    do throws(SpateError) { try decoder.finish(end, into: &self.events) } catch let reason { error = reason }
    var accumulator = Accumulator()
    for event in self.events { accumulator.add(event) }
    failure = error.map { Failure(accumulator.fail($0)) }
    answer = accumulator.partial
  }

  /// The whole body at once.
  init(
    _ body: String, context: ResponseContext = ResponseContext(), end: BodyEnd = .clean,
    dialect: any Dialect = OpenAIChatDialect()
  ) {
    self.init([Array(body.utf8)], context: context, end: end, dialect: dialect)
  }

  /// The same for the whole body, every cut of it, and single bytes with empty pieces between (rules B1, S8).
  static func everyWay(
    _ body: [UInt8], context: ResponseContext = ResponseContext(), end: BodyEnd = .clean,
    dialect: any Dialect = OpenAIChatDialect(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> Decoded {
    let whole = Decoded([body], context: context, end: end, dialect: dialect)
    let nothing: [UInt8] = []
    // Cuts in one run: the copy of a decoder is a snapshot, and goes on with the rest.
    var decoder = dialect.decoder(for: context)
    var events: [StreamEvent] = []
    for cut in body.indices {
      var rest = decoder
      var all = events
      _ = rest.feed(body.span.extracting(cut..<body.count), into: &all)
      let isSame = Decoded(finishing: rest, after: all, end: end) == whole
      #expect(isSame, "cut at \(cut)", sourceLocation: sourceLocation)
      _ = decoder.feed(nothing.span, into: &events)
      if decoder.feed(body.span.extracting(cut..<cut + 1), into: &events) == .done { break }
    }
    let isSame = Decoded(finishing: decoder, after: events, end: end) == whole
    #expect(isSame, "byte by byte", sourceLocation: sourceLocation)
    return whole
  }

  /// ``everyWay(_:context:end:sourceLocation:)`` of text.
  static func everyWay(
    _ body: String, context: ResponseContext = ResponseContext(), end: BodyEnd = .clean,
    dialect: any Dialect = OpenAIChatDialect(), sourceLocation: SourceLocation = #_sourceLocation
  ) -> Decoded {
    everyWay(Array(body.utf8), context: context, end: end, dialect: dialect, sourceLocation: sourceLocation)
  }

  /// The warnings, in order.
  var warnings: [StreamWarning.Code] { answer.warnings.map(\.code) }

  /// The events without the start, a line each, and last the error's code: what tests compare.
  var script: [String] {
    events.compactMap(Self.line(of:)) + (failure.map { ["error \($0.code)"] } ?? [])
  }

  private static func line(of event: StreamEvent) -> String? {
    func name(_ word: String, _ choice: Int32) -> String { choice == 0 ? word : "\(word)#\(choice)" }
    return switch event {
    case .start: nil
    case .text(let delta): "\(name("text", delta.choice)) \(delta.text)"
    case .reasoning(let delta): "\(name("thought", delta.choice)) \(delta.text)"
    case .refusal(let delta): "\(name("refusal", delta.choice)) \(delta.text)"
    case .reasoningDetail(let detail): "detail \(detail.signature ?? "-") \(detail.details?.description ?? "-")"
    case .textDetail(let detail): "words \(detail.signature ?? "-") \(detail.details?.description ?? "-")"
    case .providerToolStart(let start): "running \(start.id) \(start.name)"
    case .providerTool(let tool): "ran \(tool.id) \(tool.name) \(tool.input ?? "-") \(tool.output?.description ?? "-")"
    case .part(let whole): "part \(whole.part)"
    case .toolInputStart(let start): "\(name("call", start.choice)) \(start.index) \(start.id) \(start.name)"
    case .toolInputDelta(let delta): "\(name("input", delta.choice)) \(delta.index) \(delta.arguments)"
    case .toolCall(let call):
      "\(name("called", Int32(call.choice))) \(call.id) \(call.name) \(call.arguments)"
        + (call.isComplete ? "" : " (broken)")
    case .audio(let delta): "audio \(delta.id ?? "-") \(delta.data ?? "-") \(delta.transcript ?? "-")"
    case .source(let source): "source \(source.url ?? "-") \(source.title ?? "-")"
    case .logprobs(let delta): "\(name("logprobs", delta.choice)) \(delta.native)"
    case .usage(let usage): "usage \(usage.input.map(String.init) ?? "-")/\(usage.output.map(String.init) ?? "-")"
    case .metadata(let metadata): "metadata \(JSONValue.object(metadata))"
    case .warning(let warning): "warning \(warning.code)"
    case .retry, .superseded, .restarted, .resumed: "recovery"
    case .roundStart, .roundFinish, .toolStart, .toolResult: "tool loop"
    case .raw(let raw): "raw \(raw.type)"
    case .native(let native): "native \(native.type)"
    case .finish(let finish): "finish \(finish.reason.rawValue)"
    @unknown default: "?"
    }
  }
}
