// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateSimulator

/// The faults of a streamed answer, each with what must become of the call (trust.md P8 to P11).
enum FaultTable {
  static let all = proper + heads + cuts + stalls + statuses + hints + bodies + errors + frames

  /// Where an answer breaks off after all its words, before the dialect's last frame.
  private static func late(_ code: SpateError.Code) -> [DialectID: FaultRow.Ending] {
    Dictionary(uniqueKeysWithValues: Dialects9.finishLast.map { ($0, .fails(code, after: nil)) })
  }

  /// Answers that look odd and are right.
  static let proper = [
    FaultRow("no fault", .whole),
    FaultRow("one byte a write", .whole, .singleBytes),
    FaultRow("gzip", .whole, .gzip),
    FaultRow("gzip in single bytes", .whole, .gzip, .singleBytes),
    FaultRow("another content type", .whole, .contentType("text/plain")),
    FaultRow("a tool's arguments are no JSON", .whole, calls: #"{"animals": [fox"#),
  ]

  /// The connection ends before there is an answer.
  static let heads = [
    FaultRow("no head", .retried(.connect), .noHead),
    FaultRow("half a head", .retried(.connect), .halfHead),
    FaultRow("head only", .retried(.truncated), .headOnly),
  ]

  /// The answer breaks off, in each way, at each place.
  static let cuts = ways.flatMap { name, way in
    [
      FaultRow("\(name) before the first event", .retried(.truncated), way(0)),
      FaultRow("\(name) after thoughts", .retried(.truncated), .at(.thought(2), way(0))),
      FaultRow("\(name) after words", .fails(.truncated, after: 3), .at(.text(3), way(0))),
      FaultRow("\(name) inside an event", .fails(.truncated, after: 3), .at(.text(3), way(9))),
      FaultRow(
        "\(name) inside a tool call", .fails(.truncated, after: nil), calls: #"{"a": 1, "b": 2, "c": 3}"#,
        .at(.call(2), way(0))),
      FaultRow(
        "\(name) before the last frame", .whole, others: late(.truncated), .at(.last(1), way(0))),
    ]
  }

  private static let ways: [(String, @Sendable (Int) -> Fault)] = [
    ("clean end", { .end(afterByte: $0) }), ("closed connection", { .cut(afterByte: $0) }),
    ("short body", { .shortBody(afterByte: $0) }), ("reset", { .reset(afterByte: $0) }),
    ("bad chunk size", { .badChunkSize(afterByte: $0) }),
  ]

  private static let brief = Duration.milliseconds(300)

  static let stalls = [
    FaultRow(
      "silence after the head", .retried(.timeout), timeouts: Timeouts(firstByte: brief), .stall(afterByte: 0)),
    FaultRow(
      "heart-beats only, then silence", .retried(.timeout), in: Dialects9.sse, timeouts: Timeouts(firstByte: brief)
    ) {
      let beats = FaultFrame.heartbeat($0) + FaultFrame.heartbeat($0)
      return [.insert(beats, afterByte: 0), .stall(afterByte: beats.count)]
    },
    FaultRow(
      "silence after words", .fails(.timeout, after: 3), timeouts: Timeouts(idle: brief),
      .at(.text(3), .stall(afterByte: 0))),
    FaultRow(
      "silence before the last frame", .whole, others: late(.timeout), timeouts: Timeouts(idle: brief),
      .at(.last(1), .stall(afterByte: 0))),
    FaultRow(
      "silence inside a tool call", .fails(.timeout, after: nil), calls: #"{"a": 1, "b": 2}"#,
      timeouts: Timeouts(idle: brief), .at(.call(1), .stall(afterByte: 0))),
  ]

  private static func refused(_ status: Int, _ code: SpateError.Code) -> FaultRow {
    FaultRow("status \(status)", .fails(code), .status(Failure(status: status)))
  }

  private static func busy(_ status: Int, _ code: SpateError.Code) -> FaultRow {
    FaultRow("status \(status)", .retried(code), .status(Failure(status: status)))
  }

  static let statuses = [
    refused(301, .redirect), refused(302, .redirect), refused(307, .redirect), refused(400, .badRequest),
    refused(401, .auth), refused(402, .quota), refused(403, .auth), refused(404, .notFound),
    refused(405, .badRequest), busy(408, .server), busy(409, .conflict), refused(413, .tooLarge),
    refused(415, .badRequest), refused(422, .badRequest), busy(425, .server), busy(429, .rateLimit),
    refused(451, .badRequest), busy(500, .server), busy(501, .server), busy(502, .server), busy(503, .overloaded),
    busy(504, .server), busy(529, .overloaded),
    FaultRow(
      "a redirect with its target", .fails(.redirect),
      .status(Failure(status: 308, fields: ["Location": "http://127.0.0.1:9/v1"]))),
    FaultRow("a cut error body", .retried(.overloaded), .status(Failure(status: 503)), .cut(afterByte: 9)),
  ]

  static let hints = [
    FaultRow(
      "Retry-After in seconds", .retried(.rateLimit), delay: .seconds(1) ... .milliseconds(1250),
      retryAfter: .seconds(1), .status(Failure(status: 429, retryAfter: .seconds(1)))),
    FaultRow(
      "Retry-After as a date", .retried(.overloaded), delay: .seconds(1) ... .seconds(3),
      .status(Failure(status: 503, retryAfter: .date(inSeconds: 2)))),
    FaultRow(
      "retry-after-ms", .retried(.rateLimit), delay: .milliseconds(80) ... .milliseconds(100),
      retryAfter: .milliseconds(80), .status(Failure(status: 429, retryAfter: .milliseconds(80)))),
    FaultRow(
      "Retry-After of a date long past", .retried(.rateLimit),
      .status(Failure(status: 429, retryAfter: .date(inSeconds: -60)))),
    FaultRow(
      "Retry-After that is too long", .fails(.rateLimit), retryAfter: .seconds(61),
      .status(Failure(status: 429, retryAfter: .seconds(61)))),
    FaultRow(
      "Retry-After of zero", .retried(.rateLimit), .status(Failure(status: 429, retryAfter: .seconds(0)))),
    FaultRow(
      "Retry-After that is no time", .retried(.rateLimit), .status(Failure(status: 429, retryAfter: .text("soon")))),
    FaultRow(
      "no credit", .fails(.quota), in: [.openAIChat, .openAIResponses],
      .status(
        Failure(
          status: 429,
          body: Array(
            #"{"error":{"message":"no credit","type":"insufficient_quota","code":"insufficient_quota"}}"#.utf8)
        ))),
    FaultRow(
      "x-should-retry: true", .retried(.badRequest),
      .status(Failure(status: 400, fields: ["x-should-retry": "true"]))),
    FaultRow(
      "x-should-retry: false", .fails(.server), .status(Failure(status: 500, fields: ["x-should-retry": "false"]))),
    FaultRow(
      "x-should-retry: false of a limit", .fails(.rateLimit), retryAfter: .seconds(1),
      .status(Failure(status: 429, retryAfter: .seconds(1), fields: ["x-should-retry": "false"]))),
  ]
}
