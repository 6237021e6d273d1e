// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A value behind a mutex.
///
/// Built on `pthread_mutex_t` rather than `Synchronization.Mutex`: the thread sanitizer does not see the futex behind
/// the latter and reports correct code.
///
/// `@unchecked Sendable`: `value` is touched only between lock and unlock.
///
/// The value lies in memory of its own, and `withLock` is inlined into its callers: as a stored property behind a
/// generic call it cost a check of exclusive access and an unspecialised closure each time, several times a read. It is
/// public for that reason alone: members of `package` types are not inlined in other modules (docs/decisions/0020).
@_spi(Wire) @safe public final class Lock<Value: ~Copyable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline let value: UnsafeMutablePointer<Value>

  public init(_ value: consuming sending Value) {
    // One block for both: a stream makes several locks.
    let place = Self.place
    let block = unsafe UnsafeMutableRawPointer.allocate(
      byteCount: place + MemoryLayout<Value>.size,
      alignment: max(MemoryLayout<pthread_mutex_t>.alignment, MemoryLayout<Value>.alignment))
    unsafe mutex = block.initializeMemory(as: pthread_mutex_t.self, to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe self.value = (block + place).bindMemory(to: Value.self, capacity: 1)
    unsafe self.value.initialize(to: value)
  }

  /// Where the value lies in the block, behind the mutex.
  private static var place: Int {
    let alignment = MemoryLayout<Value>.alignment
    return unsafe (MemoryLayout<pthread_mutex_t>.size + alignment - 1) / alignment * alignment
  }

  deinit {
    unsafe value.deinitialize(count: 1)
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deinitialize(count: 1)
    unsafe UnsafeMutableRawPointer(mutex).deallocate()
  }

  /// Never resume a continuation, call a user's closure or take a second lock inside `body`: ask here, act after it.
  @inlinable @inline(__always) public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try unsafe body(&value.pointee)
  }

  @usableFromInline func lock() { unsafe pthread_mutex_lock(mutex) }

  @usableFromInline func unlock() { unsafe pthread_mutex_unlock(mutex) }
}
