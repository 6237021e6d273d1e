// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// Server-sent events decoded slowly and obviously, from the whole body: HTML standard 9.2.6, sentence by sentence.
enum SSEReference {
  static func run(_ body: [UInt8]) -> SSERun {
    var run = SSERun()
    var (lines, rest) = lines(of: body)
    var type: [UInt8] = []
    var data: [UInt8] = []
    var idBuffer: [UInt8] = []
    var unknown: [UInt8]?

    func process(_ line: [UInt8]) -> SSERun.Item? {
      unknown = nil
      let colon = line.firstIndex(of: UInt8(ascii: ":"))
      if colon == 0 { return .comment }
      let field = Array(line[..<(colon ?? line.count)])
      var value = colon.map { Array(line[($0 + 1)...]) } ?? []
      if value.first == UInt8(ascii: " ") { value.removeFirst() }
      switch field {
      case Array("event".utf8): type = value
      case Array("data".utf8): data += value + [UInt8(ascii: "\n")]
      case Array("id".utf8): if !value.contains(0) { idBuffer = value }
      case Array("retry".utf8):
        let isNumber = value.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isNumber, let number = Int(String(decoding: value, as: UTF8.self)) { run.retry = number }
      default:
        unknown = line
        return .unknown(line)
      }
      return nil
    }

    for line in lines {
      if line.isEmpty {
        run.lastEventID = idBuffer
        if !data.isEmpty {
          data.removeLast()
          let name = String(decoding: type.isEmpty ? Array("message".utf8) : type, as: UTF8.self)
          run.items.append(.event(type: Array(name.utf8), data: data, id: idBuffer))
        }
        type = []
        data = []
      } else if let item = process(line) {
        run.items.append(item)
      }
    }
    // What the framer reports beyond the standard: the unfinished event, its last line taken as a line.
    let retry = run.retry
    unknown = nil
    if !rest.isEmpty { _ = process(rest) }
    run.retry = retry
    rest = []
    if !data.isEmpty || unknown != nil {
      run.tail = SSERun.Tail(
        eventType: type.isEmpty ? "message" : String(decoding: type, as: UTF8.self),
        data: data.isEmpty ? nil : data.dropLast(), unknownLine: unknown)
    }
    return run
  }

  /// The lines, each ended by CR LF, LF or CR, and the bytes after the last one; without a leading byte order mark.
  private static func lines(of body: [UInt8]) -> (lines: [[UInt8]], rest: [UInt8]) {
    var bytes = body[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\r"):
        if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
        lines.append(line)
        line = []
      case UInt8(ascii: "\n"):
        lines.append(line)
        line = []
      default: line.append(byte)
      }
    }
    return (lines, line)
  }
}
