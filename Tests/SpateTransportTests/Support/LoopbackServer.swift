// SPDX-License-Identifier: Apache-2.0

import Glibc
import SpateEventLoop
import SpateTestSupport

/// A server on 127.0.0.1 that does with each connection what the test says, on a thread of its own.
final class LoopbackServer: Sendable {
  /// What the tests ask about afterwards.
  struct Record {
    var accepted = 0
    var open = 0
    var requests: [ReceivedRequest] = []
    /// Connections whose client was seen leaving.
    var closedByClient = 0
    var isListening = true
    var isStopped = false
    /// For servers that wait for a word from the test.
    var isReleased = false
  }

  let record = Monitor(Record())
  let port: UInt16
  private let listener: Int32

  /// `serve` may read any number of requests; the connection is closed when it returns.
  init(serve: @escaping @Sendable (Connection) -> Void) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let name = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        precondition(bind(descriptor, address, size) == 0 && listen(descriptor, 512) == 0, "can not listen")
        return getsockname(descriptor, address, &size)
      }
    }
    precondition(name == 0)
    port = UInt16(bigEndian: address.sin_port)
    let record = record
    detachThread { Self.accept(on: descriptor, record, serve) }
  }

  /// Answers each request of each connection in turn; closes after an answer for which `answer` returns false.
  convenience init(answer: @escaping @Sendable (ReceivedRequest, Connection) -> Bool) {
    self.init { connection in
      while let request = connection.readRequest(), answer(request, connection) {}
    }
  }

  /// The same answer to every request, on connections that stay open.
  convenience init(bytes: [UInt8]) {
    self.init { _, connection in
      connection.send(bytes)
      return true
    }
  }

  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Stops listening and waits until every connection is closed, so the clients must have left.
  func stop() -> Bool {
    record.update { $0.isStopped = true }
    // The accepting thread closes it: closed here, its number could be another test's listener by the next accept.
    shutdown(listener, Int32(SHUT_RDWR))
    return record.wait { $0.open == 0 && !$0.isListening }
  }

  private static func accept(
    on listener: Int32, _ record: Monitor<Record>, _ serve: @escaping @Sendable (Connection) -> Void
  ) {
    defer {
      close(listener)
      record.update { $0.isListening = false }
    }
    while true {
      let descriptor = acceptCloseOnExec(listener)
      guard descriptor >= 0 else { return }
      let isWanted = record.update { record in
        guard !record.isStopped else { return false }
        record.accepted += 1
        record.open += 1
        return true
      }
      guard isWanted else {
        close(descriptor)
        return
      }
      detachThread {
        let connection = Connection(descriptor: descriptor, record: record)
        serve(connection)
        connection.close()
        record.update { $0.open -= 1 }
      }
    }
  }
}
