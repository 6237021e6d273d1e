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
          exit(errno == EPIPE ? ExitStatus.brokenPipe.rawValue : ExitStatus.failure.rawValue)
        }
        written += count
      }
    }
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  /// A whole line.
  func writeLine(_ bytes: [UInt8]) { write(bytes + [UInt8(ascii: "\n")]) }
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
  /// The first Ctrl-C.
  case interrupted = 130
  /// Nobody reads our output: what a shell reports for SIGPIPE.
  case brokenPipe = 141

  /// Reads a file, or standard input for `-`.
  static func read(file path: String) throws(UsageError) -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UsageError("can not read \(path): \(String(cString: strerror(errno)))") }
    defer { if descriptor != 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    let size = 1 << 16
    while true {
      var count = 0
      withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer in
        #if canImport(Glibc)
          count = Glibc.read(descriptor, buffer.baseAddress, size)
        #elseif canImport(Musl)
          count = Musl.read(descriptor, buffer.baseAddress, size)
        #else
          count = Darwin.read(descriptor, buffer.baseAddress, size)
        #endif
        if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      }
      if count == 0 { return bytes }
      if count < 0, errno != EINTR {
        throw UsageError("can not read \(path): \(String(cString: strerror(errno)))")
      }
    }
  }
}
