// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Everything that a framer, or the reference, makes of a body. Bytes, not strings: `String` compares CR LF and
/// combining marks too kindly.
struct SSERun: Hashable, CustomStringConvertible {
  enum Item: Hashable {
    case event(type: [UInt8], data: [UInt8], id: [UInt8])
    case comment
    case unknown([UInt8])

    static func event(_ data: String, type: String = "message", id: String = "") -> Item {
      .event(type: Array(type.utf8), data: Array(data.utf8), id: Array(id.utf8))
    }

    static func unknown(_ line: String) -> Item { .unknown(Array(line.utf8)) }
  }

  struct Tail: Hashable {
    var eventType = "message"
    var data: [UInt8]?
    var unknownLine: [UInt8]?
  }

  var items: [Item] = []
  var lastEventID: [UInt8] = []
  var retry: Int?
  var tail: Tail?
  var error: WireError?

  init() {}

  /// Feeds `pieces` to a framer, one after the other.
  init(_ pieces: [[UInt8]], lineLimit: Int = 16 << 20, eventLimit: Int = 16 << 20) {
    var framer = SSEFramer(lineLimit: lineLimit, eventLimit: eventLimit)
    do throws(WireError) {
      for piece in pieces {
        var cursor = SSEFramer.Cursor()
        while let item = try framer.next(piece.span, &cursor) {
          switch item {
          case .event(let location):
            let data = if case .input(let range) = location { Array(piece[range]) } else { framer.data }
            items.append(.event(type: Array(framer.eventType.utf8), data: data, id: framer.lastEventID))
          case .comment: items.append(.comment)
          case .unknownField: items.append(.unknown(framer.unknownLine))
          }
        }
      }
    } catch {
      self.error = error
      return
    }
    lastEventID = framer.lastEventID
    retry = framer.retryMilliseconds
    tail = framer.finish().map { Tail(eventType: $0.eventType, data: $0.data, unknownLine: $0.unknownLine) }
  }

  init(_ text: String) { self.init([Array(text.utf8)]) }

  var description: String {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
    let list = items.map {
      switch $0 {
      case .event(let type, let data, let id): "event(\(text(type)), \(text(data)), \(text(id)))"
      case .comment: "comment"
      case .unknown(let line): "unknown(\(text(line)))"
      }
    }
    return "\(list) id \(text(lastEventID)) retry \(retry ?? -1) tail \(String(describing: tail))"
      + " error \(String(describing: error))"
  }
}
