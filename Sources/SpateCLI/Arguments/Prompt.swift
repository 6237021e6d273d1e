// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The prompt: the words of the command line, and what is piped in after a blank line (architecture.md, part 3).
enum Prompt {
  /// Standard input is read when it is a pipe, a socket or a file, never from a terminal or `/dev/null`, and to its
  /// end. `-` alone means standard input.
  static func read(_ arguments: Arguments) throws(UsageError) -> String {
    let isDash = arguments.words == ["-"]
    if isDash, arguments.has("--no-stdin") { throw arguments.fault("- and --no-stdin contradict each other") }
    let words = isDash ? "" : arguments.words.joined(separator: " ")
    var piped = ""
    if isDash || !arguments.has("--no-stdin") && isPiped {
      tellWhenWaiting()
      piped = String(decoding: try Input.read("-", for: "chat"), as: UTF8.self)
    }
    let parts = [words, piped].filter { !$0.allSatisfy(\.isWhitespace) }
    guard !parts.isEmpty else {
      throw arguments.fault(isDash ? "standard input holds no prompt" : "there is no prompt: spate \"Write a haiku\"")
    }
    return parts.joined(separator: "\n\n")
  }

  private static var isPiped: Bool {
    var status = stat()
    guard fstat(0, &status) == 0 else { return false }
    return [S_IFIFO, S_IFSOCK, S_IFREG].contains(status.st_mode & S_IFMT)
  }

  /// After 3 seconds without a byte: a program that waits for a pipe looks like one that hangs.
  private static func tellWhenWaiting() {
    var ready = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    if poll(&ready, 1, 3000) == 0 {
      StandardStream.error.write("spate: waiting for standard input; --no-stdin does without it\n")
    }
  }
}
