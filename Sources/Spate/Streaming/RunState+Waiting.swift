// SPDX-License-Identifier: Apache-2.0

/// Those who wait for what is no event.
extension RunState {
  /// Whether there is nothing to wait for.
  func isThere(_ goal: Goal) -> Bool {
    switch goal {
    case .head: isEnded || head != nil
    case .end: isEnded
    // Only one that was let go of ends soon.
    case .close: course.openCount == 0 || !isCancelled
    }
  }

  /// A number for somebody who will wait.
  mutating func nextNumber() -> Int {
    nextWaiter += 1
    return nextWaiter
  }

  /// Parks somebody who is no reader; false when what is waited for is there by now.
  mutating func park(_ waiter: Waiter, until goal: Goal, number: Int) -> Bool {
    guard !isThere(goal) else { return false }
    waiters.append((number, waiter, goal))
    return true
  }

  /// The same, for who is not taken back.
  mutating func park(_ waiter: Waiter, until goal: Goal) -> Bool {
    park(waiter, until: goal, number: nextNumber())
  }

  /// Takes back who was parked under this number.
  mutating func unpark(_ number: Int) -> Waiter? {
    waiters.firstIndex { $0.number == number }.map { waiters.remove(at: $0).waiter }
  }

  /// Takes those who wait for what is there by now.
  mutating func takeWaiters(where isDue: (Goal) -> Bool) -> [Waiter] {
    guard !waiters.isEmpty else { return [] }
    if waiters.count == 1 { return isDue(waiters[0].goal) ? [waiters.removeLast().waiter] : [] }
    let due = waiters.filter { isDue($0.goal) }.map(\.waiter)
    waiters.removeAll { isDue($0.goal) }
    return due
  }
}
