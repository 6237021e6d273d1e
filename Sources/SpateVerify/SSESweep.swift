// SPDX-License-Identifier: Apache-2.0

import SpateCore

extension Sweep {
  /// P2: the shared event streams at every split give the expected events, id and reconnection time.
  static let sse = Sweep(name: "sse", corpus: "conformance/sse") { shared, report in
    let lines = try shared.bytes("conformance/sse/cases.jsonl").split(separator: UInt8(ascii: "\n"))
    var splits = 0
    var differing = 0
    for line in lines {
      let expected = try SSECase(JSONValue(parsing: Array(line)))
      splits += Splits.forEach(of: expected.body) { name, pieces in
        guard let difference = expected.difference(of: pieces) else { return }
        differing += 1
        report.fail("\(expected.name), \(name): \(difference)")
      }
    }
    if lines.count < 96 { report.fail("\(lines.count) cases, and there are 96") }
    report.figures = "\(lines.count) cases, \(splits) splits, \(differing) differ"
  }
}

/// One line of `cases.jsonl`.
private struct SSECase {
  struct Event: Hashable {
    var type: [UInt8]
    var data: [UInt8]
    var id: [UInt8]
  }

  let name: String
  let body: [UInt8]
  private let events: [Event]
  private let lastEventID: [UInt8]
  private let retry: Int?

  init(_ line: JSONValue) throws {
    guard let name = line["name"]?.string, let input = line["input_base64"]?.string,
      let expect = line["expect"]?.array, let lastEventID = line["last_event_id"]?.string
    else { throw CorpusError(description: "no case: \(line)") }
    self.name = name
    self.lastEventID = Array(lastEventID.utf8)
    body = try SharedFolder.base64(input)
    retry = line["retry"]?.int
    events = try expect.map { event in
      guard let type = event["event"]?.string, let data = event["data"]?.string, let id = event["id"]?.string else {
        throw CorpusError(description: "no event: \(event)")
      }
      return Event(type: Array(type.utf8), data: Array(data.utf8), id: Array(id.utf8))
    }
  }

  /// What is wrong when the body comes in these pieces; nil when nothing is.
  func difference(of pieces: [ArraySlice<UInt8>]) -> String? {
    var framer = SSEFramer()
    var found: [Event] = []
    do throws(WireError) {
      for piece in pieces {
        let bytes = Array(piece)
        var cursor = SSEFramer.Cursor()
        while let item = try framer.next(bytes.span, &cursor) {
          guard case .event(let location) = item else { continue }
          let data = if case .input(let range) = location { Array(bytes[range]) } else { framer.data }
          found.append(
            Event(
              type: Array(framer.eventType.utf8), data: Self.repaired(data), id: Self.repaired(framer.lastEventID)))
        }
      }
    } catch { return "\(error)" }
    if found != events { return "\(found.count) events, not the \(events.count) expected, or others" }
    if Self.repaired(framer.lastEventID) != lastEventID { return "last event id \(framer.lastEventID)" }
    if framer.retryMilliseconds != retry { return "retry \(framer.retryMilliseconds ?? -1)" }
    return nil
  }

  /// As text and back: each ill-formed part is U+FFFD. Compared as bytes, since `String` compares too kindly.
  private static func repaired(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }
}
