// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A standard stream, written at once, without a buffer of its own.
struct StandardStream {
  static let output = StandardStream(descriptor: 1)
  static let error = StandardStream(descriptor: 2)

  let descriptor: Int32

  /// Whether a person looks at it.
  var isTerminal: Bool { isatty(descriptor) != 0 }

  /// Writes all of it. Nobody reading it any more ends the process like any tool in a pipe: quietly (rule L11).
  func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        #else
          let count = Darwin.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          if errno == EAGAIN {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&ready, 1, -1)
            continue
          }
          // Not `exit`: what is torn down there is still in use by the transport's thread.
          if errno == EPIPE { _exit(ExitStatus.brokenPipe.rawValue) }
          let reason = String(cString: strerror(errno))
          if descriptor != Self.error.descriptor { Self.error.write("spate: can not write: \(reason)\n") }
          _exit(ExitStatus.failure.rawValue)
        }
        written += count
      }
    }
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  /// JSON, which may hold a model's words: on a terminal they can not steer it.
  func writeJSON(_ bytes: [UInt8]) { write(isTerminal ? TerminalFilter.json(bytes) : bytes) }

  /// A whole line of JSON.
  func writeLine(_ bytes: [UInt8]) { writeJSON(bytes + [UInt8(ascii: "\n")]) }
}

/// How a process ended (architecture.md, part 3).
enum ExitStatus: Int32 {
  /// Complete, or an answer that ended early.
  case success = 0
  /// The provider or the network failed.
  case failure = 1
  /// The command line, or a file that it names.
  case usage = 2
  /// Cut, or timed out, after content.
  case cut = 3
  /// With `--strict`: an answer that was limited, refused, filtered or paused.
  case strict = 4
  /// The first Ctrl-C.
  case interrupted = 130
  /// Nobody reads our output: what a shell reports for SIGPIPE.
  case brokenPipe = 141
}
