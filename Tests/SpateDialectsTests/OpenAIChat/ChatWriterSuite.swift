// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

/// What the suites of the writer share: how an answer starts, and its events as they are written.
protocol ChatWriterSuite {}

extension ChatWriterSuite {
  static var start: ResponseStart { ResponseStart(id: "r1", model: "m", created: 7) }

  func bytes(_ events: [StreamEvent], includesUsage: Bool = false) -> [UInt8] {
    var writer = ChatStreamWriter(start: Self.start, includesUsage: includesUsage)
    return events.flatMap { writer.bytes(of: $0) }
  }

  func chunks(_ events: [StreamEvent], includesUsage: Bool = false) throws -> [JSONValue] {
    try String(decoding: bytes(events, includesUsage: includesUsage), as: UTF8.self).split(separator: "\n\n")
      .map { String($0.dropFirst("data: ".count)) }.filter { $0 != "[DONE]" }.map { try JSONValue(parsing: $0) }
  }
}
