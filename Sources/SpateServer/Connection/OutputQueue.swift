// SPDX-License-Identifier: Apache-2.0

/// The bytes a socket has not taken yet.
///
/// What is written is gathered here and sent at once in one call; it stays only when the socket is full.
struct OutputQueue {
  /// What ``send(to:)`` left.
  enum Sent {
    case all, some, none
    /// The connection is lost.
    case failed
  }

  private(set) var bytes: [UInt8] = []
  private var start = 0

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ span: Span<UInt8>) { bytes.append(span) }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends the lines of a response's head that are known without allocating.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(decimal value: Int) { append(String(value)) }

  mutating func append(hexadecimal value: Int) { append(String(value, radix: 16)) }

  /// Sends what the socket takes.
  mutating func send(to socket: ServerSocket) -> Sent {
    let before = start
    while start < bytes.count {
      let result = bytes.withUnsafeBytes { socket.send(UnsafeRawBufferPointer(rebasing: $0[start...])) }
      switch result {
      case .bytes(let count): start += count
      case .failed: return .failed
      case .wouldBlock:
        // Sent bytes are dropped when they are the larger part: each byte is moved at most once on the whole.
        if start > bytes.count / 2 {
          bytes.removeSubrange(..<start)
          start = 0
          return .some
        }
        return start > before ? .some : .none
      }
    }
    removeAll()
    return .all
  }

  mutating func removeAll() {
    // A large answer's memory is not kept for the connection's life.
    bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
    start = 0
  }
}
