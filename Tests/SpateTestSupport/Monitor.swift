// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A value that threads wait on until it has become what they need.
///
/// `@unchecked Sendable`: `value` is touched only under the mutex. On pthread's own calls, which the thread sanitizer
/// sees.
package final class Monitor<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var value: Value

  package init(_ value: Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    #if !canImport(Darwin)
      pthread_condattr_setclock(&attributes, Self.clock)
    #endif
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// What it is now.
  package var now: Value { update { $0 } }

  /// Changes it and wakes who waits.
  @discardableResult
  package func update<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return body(&value)
  }

  /// Waits until `condition` holds; false when that took longer than the watchdog allows.
  package func wait(seconds: Int = 30, until condition: (Value) -> Bool) -> Bool {
    var deadline = timespec()
    clock_gettime(Self.clock, &deadline)
    deadline.tv_sec += seconds
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !condition(value) {
      if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return condition(value) }
    }
    return true
  }

  /// What the deadline of a wait counts in. Darwin knows but one.
  private static var clock: clockid_t {
    #if canImport(Darwin)
      CLOCK_REALTIME
    #else
      CLOCK_MONOTONIC
    #endif
  }
}

extension Monitor<Bool> {
  /// Lets go who waits for it.
  package func open() { update { $0 = true } }

  /// Waits until it is open; false when the watchdog bites first.
  package func waitUntilOpen(seconds: Int = 30) -> Bool { wait(seconds: seconds) { $0 } }
}
