// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct SSEFramerTests {
  struct Event: Hashable {
    var type = "message"
    var data: String
    var id = ""
  }

  /// Feeds `pieces` one after the other and gives back what came out.
  static func events(_ pieces: [[UInt8]]) throws -> [Event] {
    var framer = SSEFramer()
    var events: [Event] = []
    for piece in pieces {
      var cursor = SSEFramer.Cursor()
      while let item = try framer.next(piece.span, &cursor) {
        guard case .event(let location) = item else { continue }
        let data =
          switch location {
          case .input(let range): Array(piece[range])
          case .buffer: framer.data
          }
        events.append(
          Event(
            type: framer.eventType, data: String(decoding: data, as: UTF8.self),
            id: String(decoding: framer.lastEventID, as: UTF8.self)))
      }
    }
    return events
  }

  /// Whole, at every cut, byte by byte, and with empty pieces mixed in: one answer.
  static func eventsOfEverySplit(_ text: String) throws -> [Event] {
    let bytes = Array(text.utf8)
    let whole = try events([bytes])
    for cut in 0...bytes.count {
      #expect(try events([Array(bytes[..<cut]), [], Array(bytes[cut...])]) == whole, "cut at \(cut)")
    }
    #expect(try events(bytes.map { [$0] }) == whole, "byte by byte")
    return whole
  }

  @Test func S1_everyLineEnd() throws {
    let expected = [Event(data: "a\nb"), Event(data: "c")]
    for end in ["\n", "\r\n", "\r"] {
      let text = ["data: a", "data: b", "", "data: c", "", ""].joined(separator: end)
      #expect(try Self.eventsOfEverySplit(text) == expected)
    }
    #expect(try Self.eventsOfEverySplit("data: a\r\ndata: b\n\rdata: c\r\r") == expected)
  }

  @Test func S2_loneCR() throws {
    #expect(try Self.eventsOfEverySplit("data: a\r\rdata: b\r\r") == [Event(data: "a"), Event(data: "b")])
    // The CR of the blank line dispatches at once: nobody waits for an LF.
    #expect(try Self.events([Array("data: a\r\r".utf8)]) == [Event(data: "a")])
  }
}
