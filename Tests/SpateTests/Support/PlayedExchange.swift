// SPDX-License-Identifier: Apache-2.0

import Spate
@_spi(Internals) import SpateCore

/// One exchange of a ``PlayedTransport``: the test says what comes from the network, and reads what the client did.
///
/// It keeps the contract of ``Transport``: pieces wait while the sink has paused, each turn ends with `turnEnded`, a
/// cancel ends it, and nothing follows the end.
final class PlayedExchange: Transfer {
  /// What comes from the network.
  enum Step: Sendable {
    case head(HTTPHead)
    case body([UInt8])
    case endOfTurn
    case end(Result<Void, TransportError>)
  }

  /// What happened.
  struct Log: Sendable {
    var pieces = 0
    var bytes = 0
    var turns = 0
    var pauses = 0
    var resumes = 0
    var cancels = 0
    /// A sink's call runs now.
    var call: String?
    /// The end is being delivered: whom that resumes may already look.
    var isEnding = false
    /// The end was delivered.
    var isEnded = false
  }

  private struct State: Sendable {
    var sink: (any ByteSink)?
    var steps: [Step] = []
    var isPaused = false
    var owesTurnEnd = false
  }

  let request: HTTPRequest
  let log = Watched(Log())
  private let state: Lock<State>
  private let thread: SerialThread

  init(request: HTTPRequest, sink: any ByteSink, thread: SerialThread) {
    self.request = request
    self.thread = thread
    state = Lock(State(sink: sink))
  }

  // MARK: The test's side

  /// One turn: a head, pieces of a body.
  func send(_ steps: Step...) { send(steps + [.endOfTurn]) }

  func send(_ steps: [Step]) {
    state.withLock { $0.steps += steps }
    thread.run { self.play() }
  }

  /// A proper end, or a failure.
  func end(_ failure: TransportError? = nil) {
    send([.end(failure.map { .failure($0) } ?? .success(()))])
  }

  /// Everything that was sent before is delivered, or held because the sink paused: a job behind those jobs.
  func settle() async throws {
    await withCheckedContinuation { continuation in thread.run { continuation.resume() } }
    try Task.checkCancellation()
  }

  // MARK: The client's side

  func resume() {
    log.update { $0.resumes += 1 }
    thread.run {
      self.state.withLock { $0.isPaused = false }
      self.play()
    }
  }

  func cancel() {
    let isFirst = log.update { log in
      log.cancels += 1
      return log.cancels == 1
    }
    guard isFirst else { return }
    thread.run {
      self.state.withLock { state in
        state.isPaused = false
        state.steps = [.end(.failure(TransportError(.cancelled, "the request was cancelled")))]
      }
      self.play()
    }
  }

  // MARK: The thread

  private func play() {
    while let (sink, step) = next() { deliver(step, to: sink) }
    endTurn()
  }

  private func next() -> (any ByteSink, Step)? {
    state.withLock { state in
      guard let sink = state.sink, let step = state.steps.first else { return nil }
      if case .body = step, state.isPaused { return nil }
      state.steps.removeFirst()
      return (sink, step)
    }
  }

  private func deliver(_ step: Step, to sink: any ByteSink) {
    switch step {
    case .head(let head):
      call("head") { sink.head(head) }
      state.withLock { $0.owesTurnEnd = true }
    case .body(let bytes):
      let demand = call("body") { sink.body(bytes.span) }
      let pauses = if case .pause = demand { true } else { false }
      state.withLock { state in
        state.owesTurnEnd = true
        state.isPaused = pauses
      }
      log.update { log in
        log.pieces += 1
        log.bytes += bytes.count
        if pauses { log.pauses += 1 }
      }
    case .endOfTurn: endTurn()
    case .end(let result):
      // `end` stands for the end of its turn.
      state.withLock { state in
        state.owesTurnEnd = false
        state.sink = nil
        state.steps = []
      }
      log.update { $0.isEnding = true }
      call("end") { sink.end(result) }
      log.update { $0.isEnded = true }
    }
  }

  private func endTurn() {
    let sink: (any ByteSink)? = state.withLock { state in
      defer { state.owesTurnEnd = false }
      return state.owesTurnEnd ? state.sink : nil
    }
    guard let sink else { return }
    call("turnEnded") { sink.turnEnded() }
    log.update { $0.turns += 1 }
  }

  private func call<Result>(_ name: String, _ body: () -> Result) -> Result {
    log.update { $0.call = name }
    defer { log.update { $0.call = nil } }
    return body()
  }
}

extension PlayedExchange.Step {
  static func head(_ status: Int = 200, _ fields: HTTPFields = ["Content-Type": "text/event-stream"]) -> Self {
    .head(HTTPHead(status: status, fields: fields))
  }

  static func body(_ text: String) -> Self { .body(Array(text.utf8)) }

  /// Every cut of a body into pieces of `size` bytes.
  static func pieces(_ text: String, size: Int) -> [Self] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: size).map { .body(Array(bytes[$0..<min($0 + size, bytes.count)])) }
  }
}
