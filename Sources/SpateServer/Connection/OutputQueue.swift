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

  mutating func append(decimal value: Int) { append(String(value)) }

  /// Appends `data` as one chunk (RFC 9112, 7.1). An empty one would be the last.
  mutating func append(chunk data: Span<UInt8>) {
    var shift = (Int.bitWidth - max(1, data.count).leadingZeroBitCount - 1) / 4 * 4
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: data.count >> shift & 0xF)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      shift -= 4
    }
    append("\r\n")
    bytes.append(data)
    append("\r\n")
  }

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
