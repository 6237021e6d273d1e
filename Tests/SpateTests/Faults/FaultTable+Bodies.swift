// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

/// Bodies of a 200 that are no answer, and frames that do not belong.
extension FaultTable {
  private static let page = Array("<!DOCTYPE html><html><head><title>Sign in</title></head></html>".utf8)

  static let bodies = [
    FaultRow(
      "a web page", .fails(.contentType), .status(Failure(status: 200, body: page, contentType: "text/html"))),
    FaultRow(
      "a web page of an overloaded proxy", .retried(.overloaded),
      .status(Failure(status: 503, body: page, contentType: "text/html"))),
    FaultRow("an empty body", .retried(.truncated), .status(Failure(status: 200, body: []))),
    FaultRow("blank lines only", .retried(.truncated), .status(Failure(status: 200, body: Array("\n\n\n".utf8)))),
    FaultRow(
      "an error with status 200", .retried(.overloaded), in: Dialects9.sse,
      .status(
        Failure(status: 200, body: Array(#"{"error":{"message":"busy","type":"overloaded_error","code":503}}"#.utf8)))),
    FaultRow("heart-beats only", .retried(.truncated), in: Dialects9.sse) {
      [.status(Failure(status: 200, body: FaultFrame.heartbeat($0), contentType: "text/event-stream"))]
    },
    FaultRow("a gzip body that is cut", .retried(.truncated), .gzip, .cut(afterByte: 12)),
    FaultRow(
      "gzip that is none", .fails(.protocol), .field(name: "Content-Encoding", value: "gzip")),
  ]

  /// Errors inside a stream whose status was 200.
  static let errors =
    [(500, SpateError.Code.server), (529, .overloaded), (429, .rateLimit)].flatMap { status, code in
      let error = StreamError(message: "it broke", status: status)
      // OpenAI has no word for an overload.
      func row(_ place: String, _ ending: FaultRow.Ending, _ fault: Fault) -> FaultRow {
        var others = FaultRow.Ending.nameless(ending)
        if status == 529 {
          for dialect in [DialectID.openAIChat, .openAIResponses, .mistral] {
            others[dialect] = ending
            others[dialect]?.code = .server
          }
        }
        return FaultRow("error \(status) \(place)", ending, others: others, fault)
      }
      return [
        row("at the start", .retried(code), .error(error, afterByte: 0)),
        row("after thoughts", .retried(code), .at(.thought(2), .error(error, afterByte: 0))),
        row("after words", .fails(code, after: 3), .at(.text(3), .error(error, afterByte: 0))),
      ]
    } + [
      FaultRow(
        "a permanent error at the start", .fails(.badRequest), others: FaultRow.Ending.nameless(.fails(.badRequest)),
        .error(StreamError(message: "no", status: 400, type: "invalid_request_error"), afterByte: 0)),
      FaultRow(
        "no permission at the start", .fails(.auth), others: FaultRow.Ending.nameless(.fails(.auth)),
        .error(StreamError(message: "no", status: 403), afterByte: 0)),
      FaultRow("an error without a type at the start", .retried(.provider), in: nameable) {
        [.insert(FaultFrame.nameless($0), afterByte: 0), .end(afterByte: FaultFrame.nameless($0).count)]
      },
      FaultRow("an error without a type after words", .fails(.provider, after: 3), in: nameable) {
        [.at(.text(3), .end(afterByte: 0)), .insert(FaultFrame.nameless($0), afterByte: .max)]
      },
      FaultRow("OpenRouter's error after words", .fails(.server, after: 3), in: [.openAIChat]) { _ in
        [.at(.text(3), .error(StreamError(style: .openRouter, message: "no", code: "502"), afterByte: 0))]
      },
    ]

  private static let nameable = Dialects9.sse.subtracting([.cohere]).union([.ollama])

  static let frames = [
    // Ollama's lines have no type: one without a message is none of its answer.
    FaultRow("an unknown event at the start", .whole, others: [.ollama: .fails(.decode)]) {
      [.insert(FaultFrame.unknown($0), afterByte: 0)]
    },
    FaultRow("an unknown event between words", .whole, others: [.ollama: .fails(.decode, after: 3)]) {
      [.at(.text(3), .insert(FaultFrame.unknown($0), afterByte: 0))]
    },
    FaultRow("a malformed event at the start", .fails(.decode)) { [.insert(FaultFrame.malformed($0), afterByte: 0)] },
    FaultRow("a malformed event between words", .fails(.decode, after: 3)) {
      [.at(.text(3), .insert(FaultFrame.malformed($0), afterByte: 0))]
    },
    FaultRow("heart-beats between words", .whole, in: Dialects9.sse) {
      [.at(.text(3), .insert(FaultFrame.heartbeat($0), afterByte: 0))]
    },
    FaultRow("an event after the last word", .whole) { [.insert(FaultFrame.unknown($0), afterByte: .max)] },
    FaultRow("rubbish after the last word", .whole, in: Dialects9.terminal) { _ in
      [.insert(Array("rubbish".utf8), afterByte: .max)]
    },
    FaultRow("invalid UTF-8 in an unknown event", .whole, in: Dialects9.sse) {
      let payload = Array(#"{"type":"brand_new","x":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
      return [.at(.text(3), .insert(FaultFrame.of(payload, in: $0), afterByte: 0))]
    },
    FaultRow("a line of 17 MiB", .fails(.limit, after: 3), in: [.openAIChat]) { _ in
      let line = Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 17 << 20)
      return [.at(.text(3), .insert(line, afterByte: 0))]
    },
  ]
}
