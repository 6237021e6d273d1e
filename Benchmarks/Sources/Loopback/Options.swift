// SPDX-License-Identifier: Apache-2.0

/// The uniform command line of the measuring rig.
struct Options {
  enum Mode: String {
    /// So many streams at once.
    case stream
    /// So many streams one after the other.
    case ttft
    /// So many answers in one piece, so many of them at once.
    case bulk
    /// One stream, read by somebody who sleeps 20 ms a batch: memory must stay flat.
    case slow
  }

  var base = ""
  var params = "c100"
  var mode = Mode.stream
  var streams = 1
  var concurrency = 256
  var timeout = 120
  /// Where the streams are read.
  enum Reader: String {
    /// On the threads of the runtime's pool.
    case pool
    /// On the transport's own thread.
    case loop
    /// On the main actor, as a program with a window does.
    case main
    /// By no task: a closure is called on the transport's own thread.
    case push
  }
  var reader = Reader.pool
  /// So many threads that carry streams.
  var loops = 1
  /// Certificate authorities to trust, for `https`.
  var authorities: String?
  /// libcurl carries what our own HTTP/1.1 would: it alone reads the short form of the address.
  var isOverLibcurl = false

  static let usage = """
    usage: loopback --base http://127.0.0.1:PORT [--params c100,d20,ts1] [--mode stream|ttft|bulk|slow] [--streams N]
                    [--concurrency N] [--timeout SECONDS] [--executor pool|loop|main|push] [--carrier plain|libcurl]
                    [--loops N] [--ca FILE]
    """

  /// Nil when the arguments can not be read.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { return nil }
      switch name {
      case "--base": base = value
      case "--params": params = value
      case "--mode":
        guard let mode = Mode(rawValue: value) else { return nil }
        self.mode = mode
      case "--streams":
        guard let count = Int(value), count > 0 else { return nil }
        streams = count
      case "--executor":
        guard let reader = Reader(rawValue: value) else { return nil }
        self.reader = reader
      case "--timeout":
        guard let seconds = Int(value), seconds > 0 else { return nil }
        timeout = seconds
      case "--concurrency":
        guard let count = Int(value), count > 0 else { return nil }
        concurrency = count
      case "--loops":
        guard let count = Int(value), count > 0 else { return nil }
        loops = count
      case "--ca": authorities = value
      case "--carrier":
        guard value == "plain" || value == "libcurl" else { return nil }
        isOverLibcurl = value == "libcurl"
      default: return nil
      }
    }
    guard base.hasPrefix("http://127.0.0.1:") || base.hasPrefix("https://") else { return nil }
  }

  /// `params` of `-` asks for what the server was started with.
  func baseURL(_ params: String) -> String {
    let base = isOverLibcurl ? base.replacing("127.0.0.1", with: "127.1", maxReplacements: 1) : base
    return params == "-" ? "\(base)/v1" : "\(base)/\(params)/v1"
  }
}
