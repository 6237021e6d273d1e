// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import CEvent

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #else
    internal import Darwin
  #endif

  /// Wakes a loop that sleeps, from another thread: a byte through a socket pair, whose one end the loop watches.
  struct LoopWaker: Sendable {
    /// The end that is watched.
    let reader: Int32
    private let writer: Int32

    /// Nil when the system has no descriptors left.
    init?() {
      var ends: [Int32] = [-1, -1]
      #if canImport(Darwin)
        let made = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
      #else
        let made = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
      #endif
      guard made == 0 else { return nil }
      (reader, writer) = (ends[0], ends[1])
      for end in ends {
        evutil_make_socket_nonblocking(end)
        evutil_make_socket_closeonexec(end)
      }
    }

    /// Whether as many descriptors are free as a base of libevent's opens: it opens as many, and closes them.
    func canOpenBase() -> Bool {
      let copies = (0..<8).map { _ in dup(reader) }
      for copy in copies where copy >= 0 { systemClose(copy) }
      return copies.allSatisfy { $0 >= 0 }
    }

    /// Any thread.
    func wake() {
      var byte: UInt8 = 1
      _ = write(writer, &byte, 1)
    }

    /// Reads what was written, on the loop's thread.
    func empty() {
      withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
        while read(reader, bytes.baseAddress, 64) == 64 {}
      }
    }

    func close() { for end in [reader, writer] { systemClose(end) } }
  }

  // The member above has its name.
  private func systemClose(_ descriptor: Int32) { close(descriptor) }
#endif
