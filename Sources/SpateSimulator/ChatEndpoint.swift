// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent) || os(Linux) || os(macOS)
  internal import SpateCore
  internal import SpateDialects
  internal import SpateServer

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// Answers `POST .../chat/completions` and `GET .../models`.
  struct ChatEndpoint: RequestHandler {
    let answers: [String: Answer]
    let fallback: Answer
    let log = RequestLog()

    /// When the simulated answers were made, in seconds since 1970: the same in each run.
    private static let created = 1_750_000_000
    /// The most answers to one request, as at OpenAI.
    private static let choiceLimit = 128

    func handle(_ exchange: Exchange) {
      let request = exchange.request
      let path = request.path
      let number = log.add(
        ReceivedRequest(
          method: request.method, path: String(path), fieldNames: request.fields.fields.map(\.name),
          body: request.body))
      exchange.onClose = { [log] reason in
        if case .serverStopped = reason { return }
        log.clientLeft(number)
      }
      switch (request.method, path) {
      case ("POST", let path) where path.hasSuffix("/chat/completions"): answer(exchange)
      case ("GET", let path) where path.hasSuffix("/models"): listModels(exchange)
      default: refuse(exchange, 404, "there is no \(request.method) \(path)")
      }
    }

    private func answer(_ exchange: Exchange) {
      let request: ChatRequest
      do throws(SpateError) {
        request = try ChatRequestReader.read(exchange.request.body)
        guard request.options.n ?? 1 <= Self.choiceLimit else {
          throw SpateError(.badRequest, "n must be at most \(Self.choiceLimit)")
        }
      } catch {
        return refuse(exchange, 400, error.message)
      }
      let named = answers[request.model]
      // Names that are not there share the turns of the fallback: they can not fill the memory.
      let turn = log.turn(of: named == nil ? "" : "=\(request.model)")
      let playback = playback(named ?? fallback, turn, request, exchange)
      Player.play(playback, on: exchange)
    }

    private func playback(_ answer: Answer, _ turn: Int, _ request: ChatRequest, _ exchange: Exchange) -> Playback {
      switch answer {
      case .script(let script): return playback(script, request, exchange)
      case .recording(let recording):
        var playback = Playback(
          body: recording.body, contentType: recording.contentType, pace: Pace(interval: recording.pace))
        playback.status = recording.status
        playback.split(every: recording.writeSize, seed: recording.writeSeed)
        return playback
      case .builtIn(let pace):
        var playback = playback((BuiltIn(rawValue: request.model) ?? .welcome).script(for: request), request, exchange)
        playback.pace = pace
        return playback
      case .series(let answers):
        guard !answers.isEmpty else { return playback(.builtIn(), turn, request, exchange) }
        return playback(answers[min(turn, answers.count - 1)], turn, request, exchange)
      case .faulty(let answer, let faults):
        var playback = playback(answer, turn, request, exchange)
        for fault in faults { playback.apply(fault, now: Int(time(nil))) }
        return playback
      }
    }

    private func playback(_ script: Script, _ request: ChatRequest, _ exchange: Exchange) -> Playback {
      let start = ResponseStart(
        id: "chatcmpl-simulated-\(exchange.connectionNumber)", model: request.model, created: Self.created)
      let events = script.events(start: start, request: request)
      guard request.isStream else {
        var playback = Playback(body: ChatAnswerWriter.bytes(of: events), contentType: "application/json")
        playback.isWhole = true
        return playback
      }
      var playback = Playback(body: [], contentType: "text/event-stream", pace: script.timing)
      playback.fields["Cache-Control"] = "no-cache"
      var writer = ChatStreamWriter(start: start, includesUsage: request.options.streamUsage ?? false)
      for event in events { playback.append(writer.bytes(of: event)) }
      return playback
    }

    private func listModels(_ exchange: Exchange) {
      var names = answers.keys.sorted()
      if fallback.isBuiltIn {
        names += BuiltIn.allCases.map(\.rawValue).filter { answers[$0] == nil }
      } else if answers.isEmpty {
        names = ["simulator"]
      }
      var json = JSONWriter()
      json.object { json in
        json.member("object", "list")
        json.array("data") { models in
          for name in names {
            models.object {
              $0.member("id", name)
              $0.member("object", "model")
              $0.member("created", Self.created)
              $0.member("owned_by", "simulator")
              if answers[name] == nil, fallback.isBuiltIn {
                $0.member("description", BuiltIn(rawValue: name)?.summary)
              }
            }
          }
        }
      }
      exchange.respond(status: 200, fields: ["Content-Type": "application/json"], body: json.bytes)
    }

    private func refuse(_ exchange: Exchange, _ status: Int, _ message: String) {
      exchange.respond(
        status: status, fields: ["Content-Type": "application/json"],
        body: ChatAnswerWriter.error(message, type: "invalid_request_error"))
    }
  }

  extension Answer {
    /// Whether the built-in answers are behind it.
    fileprivate var isBuiltIn: Bool {
      switch self {
      case .script, .recording: false
      case .builtIn: true
      case .series(let answers): answers.contains(where: \.isBuiltIn)
      case .faulty(let answer, _): answer.isBuiltIn
      }
    }
  }
#endif
