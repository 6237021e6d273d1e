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

  /// Answers in the dialect that a request's path names, from the same scripts in all of them.
  struct ChatEndpoint: RequestHandler {
    let answers: [String: Answer]
    let fallback: Answer
    let dialects: Dialects
    let log = RequestLog()

    /// When the simulated answers were made, in seconds since 1970: the same in each run.
    private static let created = 1_750_000_000

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
      let served = ServedRequest(
        method: request.method, path: String(path), query: request.query.map(String.init), fields: request.fields,
        body: request.body)
      if let server = dialects.server(for: served) {
        answer(exchange, served, server, number)
      } else if let server = dialects.modelServer(for: served) {
        exchange.respond(
          status: 200, fields: ["Content-Type": "application/json"], body: server.modelList(models, for: served))
      } else {
        refuse(exchange, 404, "there is no \(request.method) \(path)", by: OpenAIChatDialect().server)
      }
    }

    private func answer(_ exchange: Exchange, _ served: ServedRequest, _ server: any ServerDialect, _ number: Int) {
      let request: ChatRequest
      do throws(SpateError) {
        request = try server.read(served)
      } catch {
        return refuse(exchange, 400, error.message, by: server)
      }
      let named = answers[request.model]
      // Names that are not there share the turns of the fallback: they can not fill the memory.
      let turn = log.turn(of: named == nil ? "" : "=\(request.model)")
      let start = ResponseStart(
        id: "\(server.idPrefix)simulated-\(exchange.connectionNumber)", model: request.model, created: Self.created)
      let call = Call(request: request, start: start, server: server)
      let playback = self.playback(named ?? fallback, turn, call)
      log.note(number, model: request.model, sentText: playback.sentText)
      Player.play(playback, on: exchange)
    }

    /// What a request asks for, and in which form it is answered.
    private struct Call {
      var request: ChatRequest
      var start: ResponseStart
      var server: any ServerDialect

      /// The same in each run, as the answer's id is.
      var requestID: String { "req-" + (start.id ?? "").dropFirst(server.idPrefix.count) }
    }

    private func playback(_ answer: Answer, _ turn: Int, _ call: Call) -> Playback {
      switch answer {
      case .script(let script): return playback(script, call)
      case .recording(let recording):
        var playback = Playback(
          body: recording.body, contentType: recording.contentType, server: call.server,
          pace: Pace(interval: recording.pace))
        playback.status = recording.status
        playback.split(every: recording.writeSize, seed: recording.writeSeed)
        return playback
      case .builtIn(let pace):
        var playback = playback((BuiltIn(rawValue: call.request.model) ?? .welcome).script(for: call.request), call)
        playback.pace = pace
        return playback
      case .series(let answers):
        guard !answers.isEmpty else { return playback(.builtIn(), turn, call) }
        return playback(answers[min(turn, answers.count - 1)], turn, call)
      case .faulty(let answer, let faults):
        var playback = playback(answer, turn, call)
        let writer = call.server.writer(for: call.request, start: call.start)
        for fault in faults { playback.apply(fault, now: Int(time(nil)), writer: writer) }
        return playback
      }
    }

    private func playback(_ script: Script, _ call: Call) -> Playback {
      let events = script.events(start: call.start, request: call.request)
      guard call.request.isStream else {
        var playback = Playback(
          body: call.server.document(of: events, for: call.request), contentType: "application/json",
          server: call.server)
        playback.isWhole = true
        playback.fields["x-request-id"] = call.requestID
        return playback
      }
      var playback = Playback(
        body: [], contentType: call.server.streamType, server: call.server, pace: script.timing)
      playback.fields["Cache-Control"] = "no-cache"
      playback.fields["x-request-id"] = call.requestID
      var writer = call.server.writer(for: call.request, start: call.start)
      for event in events { playback.append(event, writer.bytes(of: event)) }
      return playback
    }

    private var models: [ModelInfo] {
      var names = answers.keys.sorted()
      if fallback.isBuiltIn {
        names += BuiltIn.allCases.map(\.rawValue).filter { answers[$0] == nil }
      } else if answers.isEmpty {
        names = ["simulator"]
      }
      return names.map { name in
        let summary = answers[name] == nil && fallback.isBuiltIn ? BuiltIn(rawValue: name)?.summary : nil
        return ModelInfo(
          id: name, name: name, owner: "simulator", created: Self.created,
          native: summary.map { ["description": .string($0)] } ?? [:])
      }
    }

    private func refuse(_ exchange: Exchange, _ status: Int, _ message: String, by server: (any ServerDialect)?) {
      let failure = ServedFailure(status: status, message: message)
      var fields = server?.fields(of: failure) ?? [:]
      fields["Content-Type"] = "application/json"
      exchange.respond(status: status, fields: fields, body: server?.body(of: failure) ?? [])
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
