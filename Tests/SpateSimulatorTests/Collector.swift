// SPDX-License-Identifier: Apache-2.0

import Spate
@_spi(Internals) import SpateCore

/// Keeps a whole exchange, as the bytes came.
final class Collector: ByteSink {
  /// What came.
  struct Answer: Sendable {
    var status = 0
    var fields = HTTPFields()
    var body: [UInt8] = []
    var pieces = 0
    /// Nil for a proper end.
    var failure: TransportError?

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue(parsing: body) }
    /// The data of each server-sent event.
    var events: [String] {
      text.split(separator: "\n\n").compactMap { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : nil }
    }
  }

  private struct State: Sendable {
    var answer = Answer()
    var isEnded = false
    var waiter: CheckedContinuation<Answer, Never>?
  }

  private let state = Lock(State())

  /// Sends a request and gives the whole response.
  static func send(
    _ method: String, _ url: String, _ body: String = "", on transport: any Transport
  ) async -> Answer {
    let collector = Collector()
    let request = HTTPRequest(
      method: method, url: url, fields: ["Content-Type": "application/json"], body: Array(body.utf8))
    let transfer = transport.start(request, sink: collector)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let answer: Answer? = collector.state.withLock { state in
          if state.isEnded { return state.answer }
          state.waiter = waiter
          return nil
        }
        if let answer { waiter.resume(returning: answer) }
      }
    } onCancel: {
      transfer.cancel()
    }
  }

  /// A `POST`.
  static func post(_ url: String, _ body: String, on transport: any Transport) async -> Answer {
    await send("POST", url, body, on: transport)
  }

  func head(_ head: HTTPHead) {
    state.withLock {
      $0.answer.status = head.status
      $0.answer.fields = head.fields
    }
  }

  func body(_ bytes: Span<UInt8>) -> Demand {
    state.withLock { state in
      bytes.withUnsafeBufferPointer { state.answer.body.append(contentsOf: $0) }
      state.answer.pieces += 1
    }
    return .more
  }

  func turnEnded() {}

  func end(_ result: Result<Void, TransportError>) {
    let (waiter, answer) = state.withLock { state in
      if case .failure(let error) = result { state.answer.failure = error }
      state.isEnded = true
      return (state.waiter.take(), state.answer)
    }
    waiter?.resume(returning: answer)
  }
}
