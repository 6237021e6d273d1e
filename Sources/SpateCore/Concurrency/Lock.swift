// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A value behind a mutex: copies share both.
///
/// Built on `pthread_mutex_t` rather than `Synchronization.Mutex`: the thread sanitizer does not see the futex behind
/// the latter and reports correct code.
///
/// `@unchecked Sendable`: `value` is touched only between lock and unlock.
///
/// Mutex and value are one piece of memory, and `withLock` is inlined into its callers: as a stored property behind a
/// generic call it cost a check of exclusive access and an unspecialised closure each time, several times a read. It is
/// public for that reason alone: members of `package` types are not inlined in other modules (docs/decisions/0020).
@_spi(Internals) @safe public struct Lock<Value: ~Copyable>: @unchecked Sendable {
  @usableFromInline let storage: LockStorage<Value>
  /// Inside `storage`.
  @usableFromInline let value: UnsafeMutablePointer<Value>

  /// A lock over this value.
  @inlinable public init(_ value: consuming sending Value) {
    unsafe storage = LockStorage.make()
    unsafe self.value = storage.withUnsafeMutablePointerToElements { unsafe $0 }
    unsafe self.value.initialize(to: value)
  }

  /// Never resume a continuation, call a user's closure or take a second lock inside `body`: ask here, act after it.
  @inlinable @inline(__always) public func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try unsafe body(&value.pointee)
  }

  @inlinable func lock() { unsafe storage.withUnsafeMutablePointerToHeader { unsafe LockMutex.lock($0) } }

  @inlinable func unlock() { unsafe storage.withUnsafeMutablePointerToHeader { unsafe LockMutex.unlock($0) } }
}

/// The mutex, and the value behind it. Its owner initializes the value before anything else.
@unsafe @usableFromInline final class LockStorage<Value: ~Copyable>: ManagedBuffer<LockMutex, Value> {
  @inlinable static func make() -> LockStorage {
    let buffer = unsafe create(minimumCapacity: 1) { _ in LockMutex() }
    unsafe buffer.withUnsafeMutablePointerToHeader { unsafe LockMutex.initialize($0) }
    // `create` makes an instance of the class it is called on.
    return unsafe unsafeDowncast(buffer, to: LockStorage.self)
  }

  deinit {
    unsafe withUnsafeMutablePointers { mutex, value in
      unsafe value.deinitialize(count: 1)
      unsafe LockMutex.destroy(mutex)
    }
  }
}

/// The system's mutex, whose type users of a lock need not know. It is used where it lies.
@safe @usableFromInline struct LockMutex {
  private var mutex = unsafe pthread_mutex_t()

  @usableFromInline init() {}

  @usableFromInline static func initialize(_ place: UnsafeMutablePointer<LockMutex>) {
    unsafe pthread_mutex_init(&place.pointee.mutex, nil)
  }

  @usableFromInline static func lock(_ place: UnsafeMutablePointer<LockMutex>) {
    unsafe pthread_mutex_lock(&place.pointee.mutex)
  }

  @usableFromInline static func unlock(_ place: UnsafeMutablePointer<LockMutex>) {
    unsafe pthread_mutex_unlock(&place.pointee.mutex)
  }

  @usableFromInline static func destroy(_ place: UnsafeMutablePointer<LockMutex>) {
    unsafe pthread_mutex_destroy(&place.pointee.mutex)
  }
}
