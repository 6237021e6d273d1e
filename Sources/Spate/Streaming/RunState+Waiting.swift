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
  mutating func nextNumber() -> Int { waiters.nextNumber() }

  /// Parks somebody who is no reader; false when what is waited for is there by now.
  mutating func park(_ waiter: Waiter, until goal: Goal, number: Int) -> Bool {
    guard !isThere(goal) else { return false }
    waiters.add(waiter, until: goal, number: number)
    return true
  }

  /// The same, for who is not taken back.
  mutating func park(_ waiter: Waiter, until goal: Goal) -> Bool {
    park(waiter, until: goal, number: nextNumber())
  }

  /// Takes back who was parked under this number.
  mutating func unpark(_ number: Int) -> Waiter? { waiters.remove(number) }
}

/// Who waits for what, each under a number of their own.
struct WaitingList {
  private var entries: [(number: Int, waiter: Waiter, goal: RunState.Goal)] = []
  private var lastNumber = 0

  mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  mutating func add(_ waiter: Waiter, until goal: RunState.Goal, number: Int) {
    entries.append((number, waiter, goal))
  }

  /// Whoever was added under this number, if they still wait.
  mutating func remove(_ number: Int) -> Waiter? {
    entries.firstIndex { $0.number == number }.map { entries.remove(at: $0).waiter }
  }

  /// Takes those whose goal is there by now.
  mutating func take(where isDue: (RunState.Goal) -> Bool) -> [Waiter] {
    guard !entries.isEmpty else { return [] }
    // Mostly it is one.
    if entries.count == 1 { return isDue(entries[0].goal) ? [entries.removeLast().waiter] : [] }
    let due = entries.filter { isDue($0.goal) }.map(\.waiter)
    entries.removeAll { isDue($0.goal) }
    return due
  }
}
