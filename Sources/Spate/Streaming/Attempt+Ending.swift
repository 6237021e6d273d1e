// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// How an attempt ends by itself: by its answer, its response, or a clock. On the transport's thread.
extension Attempt {
  /// After the answer's end, this much and this long are waited for the body's end.
  private static let drainLimit = 64 << 10
  static let drainTime = Duration.milliseconds(250)

  // In ByteSink: the transport's last call.
  func end(_ result: Result<Void, TransportError>) {
    guard rest.isEmpty else {
      heldEnd = result
      return turnEnded()
    }
    drainClock?.cancel()
    drainClock = nil
    if !isDraining {
      switch result {
      case .success: conclude(.clean)
      case .failure(let error): conclude(.broken(SpateError(transport: error)))
      }
    }
    // Not in `letGo`: until here the transport may still call.
    state.withLock { $0.close() }
    add(run.closed(self))
    run.wake(atTurnEnd: true)
    resumeReady()
  }

  /// Finishes the decoder: the finish event, or the error, is the last that comes of it.
  func conclude(_ bodyEnd: BodyEnd) {
    state.withLock { $0.stopClocks() }?.cancel()
    var failure: SpateError?
    let resumable = run.wantsToContinue ? decoder : nil
    if var decoder = self.decoder.take() {
      run.count(protocolEvents: decoder.eventCount)
      do throws(SpateError) {
        try decoder.finish(bodyEnd, into: &events)
        if case .finish(let finish)? = events.last, !finish.outcome.isAnswer {
          events.removeLast()
          failure = SpateError(brokenOff: finish)
        }
      } catch {
        failure = error.explained(by: headFields, url: call.request.url, date: run.plan.client.environment.date)
      }
    } else if case .broken(let error) = bodyEnd {
      failure = error
    } else {
      failure = SpateError(.connect, "the connection ended before the response began")
    }
    filter(isLast: true)
    joiner?.join(&events, isLast: true, isCut: failure != nil)
    var last: [StreamEvent] = []
    swap(&last, &events)
    add(run.concluded(self, &last, failure.map(call.named), resumable))
  }

  /// A clock fired: what comes now is not wanted any more.
  func breakOff(_ error: SpateError) {
    guard !isDraining else { return }
    conclude(.broken(error))
    isDraining = true
    stopDraining()
    run.wake(atTurnEnd: true)
    resumeReady()
  }

  func drain(_ count: Int) -> Demand {
    drainedBytes += count
    if drainedBytes > Self.drainLimit { stopDraining() }
    return .more
  }

  func stopDraining() { state.withLock { $0.takeTransfer() }?.cancel() }
}
