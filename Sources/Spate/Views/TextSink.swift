// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

// `stdout` is a variable to C, and never assigned to.
#if canImport(Glibc)
  @preconcurrency internal import Glibc
#elseif canImport(Musl)
  @preconcurrency internal import Musl
#else
  @preconcurrency internal import Darwin
#endif

/// Where words are written as they come: the terminal, a file, a socket, a view.
///
/// ```swift
/// struct Log: TextSink {
///   func write(_ text: String) { logger.info("\(text)") }
/// }
/// ```
public protocol TextSink: Sendable {
  /// Takes more words, and holds nothing back. What it throws ends the stream, as code `sink`.
  func write(_ text: String) throws

  /// There are no more words: the answer is over, or it failed.
  func finish() throws
}

extension TextSink {
  /// Nothing is left to do.
  public func finish() {}
}

/// Standard output, flushed at each write, in order with `print`.
public struct StandardOutput: TextSink {
  /// The process's own.
  public init() {}

  /// Prints, and flushes.
  public func write(_ text: String) throws {
    print(text, terminator: "")
    // This stream alone: all streams would be locked one by one, standard input too, which a thread in `readLine` holds.
    if fflush(stdout) != 0 { throw SpateError(.sink, "standard output can not be written: error \(errno)") }
  }
}

extension TextSink where Self == StandardOutput {
  /// Standard output, flushed at each write.
  public static var standardOutput: StandardOutput { StandardOutput() }
}

/// A closure that takes the words.
public struct ClosureSink: TextSink {
  private let body: @Sendable (String) throws -> Void

  /// A sink that calls `body` with each piece, on the reader's executor.
  public init(_ body: @escaping @Sendable (String) throws -> Void) { self.body = body }

  /// Calls the closure.
  public func write(_ text: String) throws { try body(text) }
}

/// A file. Each write goes to the system at once, so that the file is complete however the stream ends.
public final class FileSink: TextSink {
  private let descriptor: Int32
  private let path: String

  /// Opens `path` for writing and makes it if need be; `appends`: what is in it stays.
  public init(path: String, appends: Bool = false) throws(SpateError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC), 0o644)
    self.path = path
    guard descriptor >= 0 else { throw SpateError(.sink, "\(path) can not be opened: error \(errno)") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes all of it.
  public func write(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { unsafeBytes in
        #if canImport(Glibc)
          Glibc.write(descriptor, unsafeBytes.baseAddress, unsafeBytes.count)
        #elseif canImport(Musl)
          Musl.write(descriptor, unsafeBytes.baseAddress, unsafeBytes.count)
        #else
          Darwin.write(descriptor, unsafeBytes.baseAddress, unsafeBytes.count)
        #endif
      }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        throw SpateError(.sink, "\(path) can not be written: error \(errno)")
      }
    }
  }
}
