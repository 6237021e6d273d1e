// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// One exchange of a ``ScriptedTransport``.
///
/// `@unchecked Sendable`: every `var` is touched in entries of `time` alone, which run one after the other.
final class ScriptedExchange: Transfer, @unchecked Sendable {
  private let time: VirtualTime
  private let isCancelled = Lock(false)
  private let onEnd: @Sendable () -> Void
  private var sink: (any ByteSink)?
  private var steps: ArraySlice<ScriptedAnswer.Step>
  private var isPaused = false
  /// A pause of the script is running.
  private var alarm: Int?

  init(
    steps: [ScriptedAnswer.Step], sink: any ByteSink, time: VirtualTime, onEnd: @escaping @Sendable () -> Void
  ) {
    self.steps = steps[...]
    self.sink = sink
    self.time = time
    self.onEnd = onEnd
  }

  func begin() {
    time.add {
      self.sink?.sending()
      self.play()
    }
  }

  // MARK: Any thread

  func resume() {
    time.add {
      self.isPaused = false
      if self.alarm == nil { self.play() }
    }
  }

  func cancel() {
    let isFirst = isCancelled.withLock { isCancelled in
      defer { isCancelled = true }
      return !isCancelled
    }
    guard isFirst else { return }
    time.add {
      if let alarm = self.alarm { self.time.remove(alarm) }
      self.end(.failure(TransportError(.cancelled, "the request was cancelled")))
    }
  }

  // MARK: In virtual time

  private func play() {
    while let sink, !isPaused, !isCancelled.withLock({ $0 }) {
      switch steps.popFirst() ?? .end {
      case .head(let head):
        sink.head(head)
        sink.turnEnded()
      case .body(let bytes):
        guard !bytes.isEmpty else { break }
        if case .pause = sink.body(bytes.span) { isPaused = true }
        sink.turnEnded()
      case .pause(let duration):
        alarm = time.add(after: duration) {
          self.alarm = nil
          self.play()
        }
        return
      case .hang:
        steps = [.hang]
        return
      case .end: end(.success(()))
      case .failure(let error): end(.failure(error))
      }
    }
  }

  private func end(_ result: Result<Void, TransportError>) {
    guard let sink else { return }
    self.sink = nil
    steps = []
    sink.end(result)
    onEnd()
  }
}
