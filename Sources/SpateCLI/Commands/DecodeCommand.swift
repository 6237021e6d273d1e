// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// `spate decode`: a recorded body through the very code that the client uses.
struct DecodeCommand {
  static let syntax = CommandSyntax(
    name: "decode", usage: "spate decode --dialect D | --framing F [FLAGS] FILE|-",
    summary: "Decode a recorded response body and print what it says, as one JSON object.",
    flags: [
      .init(
        name: "--dialect", value: "D", help: "the provider's wire format: \(Dialects.names)",
        choices: Dialects.builtIn.ids.map(\.rawValue)),
      .init(
        name: "--framing", value: "F",
        help: "the layer below, a JSON line for each frame: "
          + FramingDecoder.Framing.allCases.map(\.rawValue).joined(separator: ", "),
        choices: FramingDecoder.Framing.allCases.map(\.rawValue)),
      .init(name: "--status", value: "N", help: "the HTTP status of the response (default 200)"),
      .init(name: "--content-type", value: "T", help: "its Content-Type"),
      .init(name: "--split", value: "N", help: "feed N bytes at a time; 0, the default, feeds the whole body"),
      .init(name: "--events", help: "print every event, a JSON line each; the last says how the answer ended"),
    ],
    examples: [
      "spate decode --dialect openai-chat answer.sse",
      "spate decode --dialect openai-chat --status 429 error.json",
      "curl -sN ... | spate decode --dialect openai-chat --events -",
      "spate decode --framing sse --split 1 answer.sse",
      "spate decode --framing json answer.json     (exit status 0: valid, 1: not)",
    ],
    notes: [
      "Exit status: 0 an answer, 1 an error, 2 a bad flag or an unreadable file, 3 cut after content."
    ])

  static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
    guard arguments.words.count == 1, let path = arguments.words.first else {
      throw arguments.fault("name one file, or - for standard input")
    }
    let split = try arguments.integer("--split") ?? 0
    switch (arguments["--dialect"].flatMap { Dialects.builtIn[DialectID(rawValue: $0)] }, arguments["--framing"]) {
    case (let dialect?, nil):
      var context = ResponseContext(status: try arguments.integer("--status", in: 100...999) ?? 200)
      context.contentType = arguments["--content-type"]
      let body = try Input.read(path, for: "decode")
      return decode(
        body, decoder: dialect.decoder(for: context), split: split, printsEvents: arguments.has("--events"))
    case (nil, let framing?):
      for flag in ["--status", "--content-type", "--events"] where arguments.has(flag) {
        throw arguments.fault("\(flag) goes with --dialect")
      }
      guard let framing = FramingDecoder.Framing(rawValue: framing) else {
        throw arguments.fault("unknown framing \(framing)")
      }
      return FramingDecoder(framing: framing, split: split).run(try Input.read(path, for: "decode"))
    case (nil, nil): throw arguments.fault("say what the file holds: --dialect openai-chat, or --framing sse")
    default: throw arguments.fault("--dialect and --framing are two layers: name one")
    }
  }

  private static func decode(
    _ body: [UInt8], decoder: any ResponseDecoder, split: Int, printsEvents: Bool
  ) -> ExitStatus {
    var decoder = decoder
    var answer = Accumulator()
    var events: [StreamEvent] = []
    func pass() {
      for event in events {
        answer.add(event)
        if printsEvents { StandardStream.output.writeLine(EventObject(event: event).bytes) }
      }
      events.removeAll(keepingCapacity: true)
    }

    for piece in Pieces(body, size: split) {
      let demand = decoder.feed(body.span.extracting(piece), into: &events)
      pass()
      if demand == .done { break }
    }
    let eventCount = decoder.eventCount
    var failure: SpateError?
    do throws(SpateError) {
      try decoder.finish(.clean, into: &events)
    } catch { failure = error }
    pass()
    failure = failure.map { answer.fail($0) }
    let object = ResponseObject(answer: answer.partial, error: failure, eventCount: eventCount)
    if !printsEvents {
      StandardStream.output.writeLine(object.bytes)
    } else if let failure {
      StandardStream.output.writeLine(EventObject.bytes(of: failure))
    }
    return object.exitStatus
  }
}

/// The pieces of a body: `size` bytes each, 0 for one piece.
struct Pieces: Sequence, IteratorProtocol {
  private let count: Int
  private let size: Int
  private var start = 0

  init(_ body: [UInt8], size: Int) {
    count = body.count
    self.size = size == 0 ? Swift.max(body.count, 1) : size
  }

  mutating func next() -> Range<Int>? {
    guard start < count else { return nil }
    let end = Swift.min(start + size, count)
    defer { start = end }
    return start..<end
  }
}

extension Dialects {
  /// All names, for help.
  fileprivate static var names: String { builtIn.ids.map(\.rawValue).joined(separator: ", ") }
}
