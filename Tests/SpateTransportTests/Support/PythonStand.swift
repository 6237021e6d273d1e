// SPDX-License-Identifier: Apache-2.0

import Glibc
import SpateTestSupport

/// A server in Python as a child process, for what takes a TLS library: see `Python/stand.py`.
///
/// It ends when its input does, so also when this process dies, and after a minute and a half by itself.
final class PythonStand: Sendable {
  struct Failure: Error { var message: String }

  struct Report {
    /// All it has printed.
    var lines: [String] = []
    /// How often it was asked whether that is all.
    var syncs = 0
    /// As `waitpid` gives it.
    var status: Int32?
  }

  /// Whether there are a python3 with its ssl module and an openssl to make certificates.
  static let isAvailable =
    succeeds(["python3", "-c", "import ssl, sys; sys.exit(sys.version_info < (3, 10))"])
    && succeeds(["openssl", "version"])

  let report = Monitor(Report())
  let port: Int
  /// The file with the certificate authority of its certificate.
  let authority: String
  private let process: pid_t
  /// Our end of its standard streams.
  private let stream: Int32

  /// Starts a script of the folder `Python`.
  init(_ script: String, _ options: [String] = []) throws {
    let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    let words = ["python3", "-B", "-u", "\(folder)/Python/\(script).py"] + options
    // Its input and its output; no other child inherits an end.
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw Failure(message: "no descriptors are left")
    }
    let ours = ends[0]
    let started = Self.spawn(words, stream: ends[1])
    close(ends[1])
    guard let started else {
      close(ours)
      throw Failure(message: "python3 can not be run")
    }
    (process, stream) = (started, ours)
    let report = report
    detachThread {
      Self.read(ours) { line in report.update { $0.lines.append(line) } }
      var status: Int32 = 0
      while waitpid(started, &status, 0) < 0, errno == EINTR {}
      report.update { $0.status = status }
    }
    _ = report.wait(seconds: 60) { $0.status != nil || $0.lines.contains { $0.hasPrefix("port ") } }
    let value = { (name: String) in
      report.now.lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
    guard let authority = value("authority"), let port = value("port").flatMap(Int.init) else {
      Self.end(process, stream, report)
      throw Failure(message: "\(script) did not start: \(report.now.lines)")
    }
    self.authority = authority
    self.port = port
  }

  deinit { Self.end(process, stream, report) }

  func url(_ path: String = "/", host: String = "localhost") -> String { "https://\(host):\(port)\(path)" }

  /// Its lines so far that begin with this word, without it.
  func lines(_ word: String) -> [String] {
    let synced = report.update { report in
      report.syncs += 1
      return report.syncs
    }
    _ = Array("sync\n".utf8).withUnsafeBytes { send(stream, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    _ = report.wait { report in report.status != nil || report.lines.count { $0 == "synced" } >= synced }
    return report.now.lines.filter { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.utf8.count + 1)) }
  }

  /// Waits until it has printed `count` lines that begin with this word.
  func wait(for word: String, count: Int = 1) -> Bool {
    report.wait { $0.lines.count { $0.hasPrefix(word + " ") } >= count || $0.status != nil }
      && lines(word).count >= count
  }

  private static func end(_ process: pid_t, _ stream: Int32, _ report: Monitor<Report>) {
    shutdown(stream, Int32(SHUT_WR))
    if !report.wait(until: { $0.status != nil }) {
      kill(process, SIGKILL)
      _ = report.wait { $0.status != nil }
    }
    close(stream)
  }

  private static func succeeds(_ words: [String]) -> Bool {
    guard let process = spawn(words, stream: nil) else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status == 0
  }

  /// `stream` is its input and its output; nil for none.
  private static func spawn(_ words: [String], stream: Int32?) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [Int32(0), 1] {
      if let stream {
        posix_spawn_file_actions_adddup2(&actions, stream, descriptor)
      } else {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
      }
    }
    // Threads of the pool block signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process: pid_t = 0
    guard posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ) == 0 else { return nil }
    return process
  }

  private static func read(_ descriptor: Int32, line: (String) -> Void) {
    var unread: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      unread += buffer.prefix(count)
      while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        line(String(decoding: unread[..<end], as: UTF8.self))
        unread.removeSubrange(...end)
      }
    }
  }
}
