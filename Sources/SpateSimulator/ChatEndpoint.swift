// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent) || os(Linux) || os(macOS)
  internal import SpateCore
  internal import SpateDialects
  internal import SpateServer

  /// Answers `POST .../chat/completions` and `GET .../models`.
  struct ChatEndpoint: RequestHandler {
    let answers: [String: Answer]
    let fallback: Answer

    /// When the simulated answers were made, in seconds since 1970: the same in each run.
    private static let created = 1_750_000_000

    func handle(_ exchange: Exchange) {
      let path = exchange.request.target.split(separator: "?", maxSplits: 1)[0]
      switch (exchange.request.method, path) {
      case ("POST", let path) where path.hasSuffix("/chat/completions"): answer(exchange)
      case ("GET", let path) where path.hasSuffix("/models"): listModels(exchange)
      default:
        refuse(exchange, 404, "there is no \(exchange.request.method) \(path)", type: "invalid_request_error")
      }
    }

    private func answer(_ exchange: Exchange) {
      let request: ChatRequestSummary
      do throws(SpateError) {
        request = try ChatRequestSummary(parsing: exchange.request.body)
      } catch {
        return refuse(exchange, 400, error.message, type: "invalid_request_error")
      }
      switch answers[request.model] ?? fallback {
      case .script(let script): play(script, request, exchange)
      case .recording(let recording): play(recording, exchange)
      }
    }

    private func play(_ script: Script, _ request: ChatRequestSummary, _ exchange: Exchange) {
      let start = ResponseStart(
        id: "chatcmpl-simulated-\(exchange.connectionNumber)", model: request.model, created: Self.created)
      let events = script.events(start: start, prompt: request.lastUserText)
      guard request.isStream else {
        exchange.respond(
          status: 200, fields: ["Content-Type": "application/json"], body: ChatAnswerWriter.bytes(of: events))
        return
      }
      var writer = ChatStreamWriter(start: start, includesUsage: request.includesUsage)
      let pieces = events.map { writer.bytes(of: $0) }.filter { !$0.isEmpty }
      exchange.begin(
        status: 200, fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-cache"])
      PacedBody(pieces: pieces, pace: script.pace, exchange: exchange).send()
    }

    private func play(_ recording: Recording, _ exchange: Exchange) {
      let size = recording.writeSize > 0 ? recording.writeSize : max(recording.body.count, 1)
      let pieces = stride(from: 0, to: recording.body.count, by: size).map {
        Array(recording.body[$0..<min($0 + size, recording.body.count)])
      }
      exchange.begin(status: recording.status, fields: ["Content-Type": recording.contentType])
      PacedBody(pieces: pieces, pace: recording.pace, exchange: exchange).send()
    }

    private func listModels(_ exchange: Exchange) {
      var json = JSONWriter()
      json.object { json in
        json.member("object", "list")
        json.array("data") { models in
          for name in answers.keys.sorted() + (answers.isEmpty ? ["simulator"] : []) {
            models.object {
              $0.member("id", name)
              $0.member("object", "model")
              $0.member("created", Self.created)
              $0.member("owned_by", "simulator")
            }
          }
        }
      }
      exchange.respond(status: 200, fields: ["Content-Type": "application/json"], body: json.bytes)
    }

    private func refuse(_ exchange: Exchange, _ status: Int, _ message: String, type: String) {
      exchange.respond(
        status: status, fields: ["Content-Type": "application/json"],
        body: ChatAnswerWriter.error(message, type: type))
    }
  }

  /// The pieces of a body, one after the other, no faster than its pace and than the client reads.
  ///
  /// On the loop's thread only.
  private final class PacedBody {
    private let pieces: [[UInt8]]
    private let pace: Duration
    private let exchange: Exchange
    private var next = 0

    init(pieces: [[UInt8]], pace: Duration, exchange: Exchange) {
      self.pieces = pieces
      self.pace = pace
      self.exchange = exchange
    }

    func send() {
      while next < pieces.count {
        let keepsUp = exchange.write(pieces[next])
        next += 1
        guard exchange.isOpen else { return }
        if !keepsUp {
          // The exchange lets go of this closure when it ends.
          exchange.onDrain = { self.send() }
          return
        }
        if pace > .zero, next < pieces.count {
          exchange.after(pace) { self.send() }
          return
        }
      }
      exchange.finish()
    }
  }
#endif
