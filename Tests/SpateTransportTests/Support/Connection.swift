// SPDX-License-Identifier: Apache-2.0

import Glibc
import SpateTestSupport

/// A request as it came over the wire.
struct ReceivedRequest: Sendable {
  /// The request line and the header lines, without line ends.
  var lines: [String]
  var body: [UInt8]

  /// The value of the one field of that name, nil when there is none or more than one.
  func field(_ name: String) -> String? {
    let values = lines.dropFirst().filter { $0.lowercased().hasPrefix(name.lowercased() + ":") }
    guard values.count == 1, let line = values.first else { return nil }
    return String(line.dropFirst(name.utf8.count + 1).drop { $0 == " " })
  }
}

/// The server's end of a connection, with blocking calls. Used by one thread.
final class Connection {
  private static let noSignal = Int32(MSG_NOSIGNAL)
  private static let dontWait = Int32(MSG_DONTWAIT)

  private let descriptor: Int32
  private let record: Monitor<LoopbackServer.Record>
  private var unread: [UInt8] = []
  private var isOpen = true

  init(descriptor: Int32, record: Monitor<LoopbackServer.Record>) {
    self.descriptor = descriptor
    self.record = record
  }

  /// Nil when the client leaves before a whole one.
  func readRequest() -> ReceivedRequest? { readRequest(withBody: true) }

  /// The head of a request alone, which counts as one; of the body no more than came with it is read.
  func readHead() -> ReceivedRequest? { readRequest(withBody: false) }

  private func readRequest(withBody: Bool) -> ReceivedRequest? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let head = unread.firstRange(of: end) {
        let lines = String(decoding: unread[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n").map(
          String.init)
        var request = ReceivedRequest(lines: lines, body: [])
        let length = withBody ? Int(request.field("content-length") ?? "0") ?? 0 : 0
        while unread.count < head.upperBound + length {
          guard readMore() else { return nil }
        }
        request.body = Array(unread[head.upperBound..<(head.upperBound + length)])
        unread.removeFirst(head.upperBound + length)
        record.update { $0.requests.append(request) }
        return request
      }
      guard readMore() else { return nil }
    }
  }

  /// Waits until the client closes or resets the connection. False when the watchdog bites first.
  func waitForClose() -> Bool {
    while poll(for: Int16(POLLIN), milliseconds: 30_000) {
      if !readMore() { return true }
    }
    return false
  }

  /// Waits until the server has received a whole number of rounds.
  func waitForRequests(multipleOf round: Int) -> Bool { record.wait { $0.requests.count % round == 0 } }

  /// Waits, without reading, until the test says that it may go on.
  func waitForRelease() -> Bool { record.wait { $0.isReleased } }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// False when the client has left.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { sendSome(UnsafeRawBufferPointer(rebasing: $0[sent...]), flags: 0) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Sends until the client has read nothing for `milliseconds`; says how much went out.
  func sendUntilStuck(_ bytes: [UInt8], milliseconds: Int32) -> Int {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        sendSome(UnsafeRawBufferPointer(rebasing: $0[sent...]), flags: Self.dontWait)
      }
      if count > 0 {
        sent += count
      } else if !poll(for: Int16(POLLOUT), milliseconds: milliseconds) {
        return sent
      }
    }
    return sent
  }

  /// Closes with a reset instead of an end.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    close()
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    Glibc.close(descriptor)
  }

  private func sendSome(_ bytes: UnsafeRawBufferPointer, flags: Int32) -> Int {
    Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags | Self.noSignal)
  }

  private func readMore() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else {
      record.update { $0.closedByClient += 1 }
      return false
    }
    unread += bytes.prefix(count)
    return true
  }

  private func poll(for events: Int16, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    return Glibc.poll(&entry, 1, milliseconds) > 0
  }
}
