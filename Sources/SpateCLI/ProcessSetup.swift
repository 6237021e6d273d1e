// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a careful program does before anything else.
enum ProcessSetup {
  static func run() {
    fillStandardDescriptors()
    forbidCoreDumps()
    // Writes then fail with EPIPE, and the process ends quietly instead of by a signal from a library's thread.
    signal(SIGPIPE, SIG_IGN)
  }

  /// A standard stream that is closed would become the first socket that is opened, and answers would be written to it.
  private static func fillStandardDescriptors() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }

  /// A core dump would hold the key (trust.md S7). Best effort: the limit is the system's to keep.
  private static func forbidCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    #else
      setrlimit(RLIMIT_CORE, &none)
    #endif
  }
}
