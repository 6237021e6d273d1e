// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A run of the built `spate` as a child process, with an environment of its own that holds no keys.
final class Child: Sendable {
  /// How it ended and what it printed.
  struct Result: Sendable {
    /// 130 for an end by SIGINT, as shells say it.
    var status: Int32
    var output: String
    var errors: String
  }

  let process: pid_t
  /// Our ends of its standard streams.
  let input: Int32
  let output: Int32
  private let errors: Int32

  /// Beside the test bundle.
  static let executable: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let bytes = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
    let bundle = count > 0 ? String(decoding: bytes, as: UTF8.self) : CommandLine.arguments[0]
    return bundle.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/spate"
  }()

  /// One child is made at a time, so that none gets the pipes of another. (The sanitizer dislikes a lock around nothing.)
  private static let making = Lock(0)

  /// `onTerminal`: its standard error is a terminal.
  init(_ arguments: [String], environment: [String: String] = [:], onTerminal: Bool = false) {
    (process, input, output, errors) = Self.making.withLock { _ in Self.make(arguments, environment, onTerminal) }
  }

  private static func make(
    _ arguments: [String], _ environment: [String: String], _ onTerminal: Bool
  ) -> (process: pid_t, input: Int32, output: Int32, errors: Int32) {
    let (input, output, errors) = (pipe(), pipe(), onTerminal ? terminal() : pipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (end, descriptor) in [(input.reading, 0), (output.writing, 1), (errors.writing, 2)] {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(descriptor))
    }
    // Threads of the pool block signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var standard = sigset_t()
    sigemptyset(&standard)
    for number in [SIGINT, SIGPIPE, SIGTERM] { sigaddset(&standard, number) }
    posix_spawnattr_setsigdefault(&attributes, &standard)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var variables = environment
    // What a sanitized or coverage build needs, and nothing that could be a key.
    for name in ["PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"] {
      if variables[name] == nil, let value = getenv(name) { variables[name] = String(cString: value) }
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    var process: pid_t = 0
    let failure = posix_spawn(&process, executable, &actions, &attributes, &words, &settings)
    for text in words + settings { free(text) }
    for end in [input.reading, output.writing, errors.writing] { close(end) }
    precondition(failure == 0, "can not run \(executable): build it first")
    return (process, input.writing, output.reading, errors.reading)
  }

  /// Closed in every child, but for what it gets as its standard streams.
  private static func pipe() -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    #if canImport(Glibc)
      let failure = Glibc.pipe(&ends)
    #elseif canImport(Musl)
      let failure = Musl.pipe(&ends)
    #else
      let failure = Darwin.pipe(&ends)
    #endif
    precondition(failure == 0, "no descriptors are left")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Both ends of a terminal, of which the child writes to one.
  private static func terminal() -> (reading: Int32, writing: Int32) {
    #if os(Linux)
      // posix_openpt and its like are hidden from Swift; these are the calls that they make.
      let reading = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      var (locked, number): (Int32, UInt32) = (0, 0)
      let (unlock, ask) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
      precondition(ioctl(reading, unlock, &locked) == 0 && ioctl(reading, ask, &number) == 0, "no terminals are left")
      let writing = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    #else
      let reading = posix_openpt(O_RDWR | O_NOCTTY)
      precondition(grantpt(reading) == 0 && unlockpt(reading) == 0, "no terminals are left")
      let writing = open(ptsname(reading), O_RDWR | O_NOCTTY)
      for end in [reading, writing] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #endif
    precondition(writing >= 0, "no descriptors are left")
    return (reading, writing)
  }

  /// Runs `spate` to its end, on a thread of its own: it must not hold up one of the pool.
  static func run(
    _ arguments: String..., input: [UInt8] = [], environment: [String: String] = [:]
  ) async -> Result {
    await run(arguments, input: input, environment: environment)
  }

  /// Runs `spate` to its end.
  static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
  ) async -> Result {
    await withCheckedContinuation { continuation in
      detachThread {
        let child = Child(arguments, environment: environment)
        continuation.resume(returning: child.finish(input: input))
      }
    }
  }

  /// Waits for its end on a thread of its own: it must not hold up one of the pool.
  func end(readsOutput: Bool = true) async -> Result {
    await withCheckedContinuation { continuation in
      detachThread { continuation.resume(returning: self.finish(readsOutput: readsOutput)) }
    }
  }

  /// Gives it its input and waits for its end; a watchdog kills it.
  func finish(input bytes: [UInt8] = [], readsOutput: Bool = true) -> Result {
    let (input, process, errors) = (input, process, errors)
    let words = Lock([UInt8]())
    let isRead = Monitor(false)
    detachThread {
      var written = 0
      while written < bytes.count {
        let count = bytes.withUnsafeBytes { write(input, $0.baseAddress.map { $0 + written }, $0.count - written) }
        if count <= 0 { break }
        written += count
      }
      close(input)
    }
    detachThread {
      let all = Self.readAll(errors)
      words.withLock { $0 = all }
      isRead.open()
    }
    let watchdog = Monitor(false)
    detachThread { if !watchdog.waitUntilOpen(seconds: 60) { kill(process, SIGKILL) } }
    let output = readsOutput ? Self.readAll(self.output) : []
    let status = wait()
    watchdog.open()
    _ = isRead.waitUntilOpen(seconds: 60)
    return Result(
      status: status, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: words.withLock { $0 }, as: UTF8.self))
  }

  /// The next line of its standard output.
  func line() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Its status at the end, while its input stays open; a watchdog kills it.
  func waitKeepingInput() -> Int32 {
    let (process, watchdog) = (process, Monitor(false))
    detachThread { if !watchdog.wait(seconds: 60, until: { $0 }) { kill(process, SIGKILL) } }
    defer {
      watchdog.update { $0 = true }
      for descriptor in [input, output, errors] { close(descriptor) }
    }
    return wait()
  }

  func signal(_ number: Int32) { kill(process, number) }

  private func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    close(descriptor)
    return bytes
  }
}
