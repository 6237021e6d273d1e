// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Ends the process when a stream hangs.
final class HangWatch: Sendable {
  private let begun = Lock<[Int: ContinuousClock.Instant]>([:])
  private let isOver = Lock(false)
  private let patience: Duration
  private let seed: UInt64

  init(patience: Duration, seed: UInt64) {
    self.patience = patience
    self.seed = seed
    Task.detached { [self] in
      while !isOver.withLock({ $0 }) {
        look()
        do { try await Task.sleep(for: .seconds(1)) } catch { return }
      }
    }
  }

  func begin(_ number: Int) { begun.withLock { $0[number] = .now } }

  func end(_ number: Int) { begun.withLock { $0[number] = nil } }

  func stop() { isOver.withLock { $0 = true } }

  private func look() {
    let limit = ContinuousClock.now - patience
    let hung = begun.withLock { $0.filter { $0.value < limit }.keys.sorted() }
    guard !hung.isEmpty else { return }
    Output.fail("streams: \(hung.count) hung, seed \(seed): streams \(hung)", status: 1)
  }
}
