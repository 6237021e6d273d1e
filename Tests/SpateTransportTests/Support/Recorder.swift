// SPDX-License-Identifier: Apache-2.0

import Glibc
import SpateTestSupport
import SpateTransport

/// A sink that keeps what it hears and checks the contract of ``ByteSink`` at every call.
final class Recorder: ByteSink {
  struct State {
    var heads: [HTTPHead] = []
    var body: [UInt8] = []
    var pieces = 0
    var turns = 0
    var ends: [Result<Void, TransportError>] = []
    /// Breaches of the contract.
    var breaches: [String] = []
    var isInside = false
    var owesTurnEnd = false
    var thread: pthread_t?
    var transfer: (any Transfer)?
  }

  let state = Monitor(State())
  private let keepsBody: Bool
  private let onHead: @Sendable (Recorder) -> Void
  private let onBody: @Sendable (Recorder) -> Demand
  private let onTurnEnd: @Sendable (Recorder) -> Void

  init(
    keepsBody: Bool = true, onHead: @escaping @Sendable (Recorder) -> Void = { _ in },
    onTurnEnd: @escaping @Sendable (Recorder) -> Void = { _ in },
    onBody: @escaping @Sendable (Recorder) -> Demand = { _ in .more }
  ) {
    self.keepsBody = keepsBody
    self.onHead = onHead
    self.onBody = onBody
    self.onTurnEnd = onTurnEnd
  }

  /// Starts `request`; the transfer is known to the sink before anything else can happen to it by our hand.
  @discardableResult
  func start(_ request: HTTPRequest, on transport: some Transport) -> any Transfer {
    let transfer = transport.start(request, sink: self)
    state.update { $0.transfer = transfer }
    return transfer
  }

  /// Waits for the end.
  func waitForEnd() -> Bool { state.wait { !$0.ends.isEmpty } }

  /// The transfer, waited for where the first callback is faster than the caller of `start`.
  var transfer: (any Transfer)? {
    _ = state.wait { $0.transfer != nil }
    return state.now.transfer
  }

  /// The code it ended with; nil for success or no end.
  var endCode: TransportError.Code? {
    guard case .failure(let error) = state.now.ends.first else { return nil }
    return error.code
  }

  var succeeded: Bool {
    guard case .success = state.now.ends.first else { return false }
    return true
  }

  /// Whether exactly these bytes came. Says no more: a difference of megabytes takes the test library minutes.
  func delivered(_ bytes: [UInt8]) -> Bool { state.now.body == bytes }

  // MARK: ByteSink

  func head(_ head: HTTPHead) {
    enter("head") { state in
      if !state.heads.isEmpty { state.breaches.append("a second head") }
      if head.status < 200 { state.breaches.append("a 1xx head") }
      state.heads.append(head)
      state.owesTurnEnd = true
    }
    onHead(self)
    leave()
  }

  func body(_ bytes: Span<UInt8>) -> Demand {
    enter("body") { state in
      if state.heads.isEmpty { state.breaches.append("a body before the head") }
      if bytes.isEmpty { state.breaches.append("an empty piece") }
      if keepsBody { bytes.withUnsafeBufferPointer { state.body.append(contentsOf: $0) } }
      state.pieces += 1
      state.owesTurnEnd = true
    }
    defer { leave() }
    return onBody(self)
  }

  func turnEnded() {
    enter("turnEnded") { state in
      if !state.owesTurnEnd { state.breaches.append("a turn without a delivery") }
      state.owesTurnEnd = false
      state.turns += 1
    }
    onTurnEnd(self)
    leave()
  }

  func end(_ result: Result<Void, TransportError>) {
    enter("end") { state in
      // In the turn of the last delivery it stands for the turn's end.
      if state.owesTurnEnd { state.turns += 1 }
    }
    leave(result)
  }

  private func enter(_ call: String, _ body: (inout State) -> Void) {
    state.update { state in
      if state.isInside { state.breaches.append("\(call) inside another call") }
      if !state.ends.isEmpty { state.breaches.append("\(call) after the end") }
      if let thread = state.thread, pthread_equal(thread, pthread_self()) == 0 {
        state.breaches.append("\(call) on another thread")
      }
      state.thread = pthread_self()
      state.isInside = true
      body(&state)
    }
  }

  private func leave(_ result: Result<Void, TransportError>? = nil) {
    state.update { state in
      state.isInside = false
      if let result { state.ends.append(result) }
    }
  }
}
