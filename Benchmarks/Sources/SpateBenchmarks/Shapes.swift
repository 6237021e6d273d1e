// SPDX-License-Identifier: Apache-2.0

/// Inputs that bring out quadratic code (promise P7), at any size.
struct Shape: Sendable {
  var name: String
  /// What counts the input, in pieces of a size where pieces matter.
  var run: @Sendable ([UInt8], _ pieces: Int) -> Int
  var isFramed: Bool
  /// Whether it fills memory with values, many times the size of the input.
  var buildsValues = false
  /// An input of about this many bytes.
  var input: @Sendable (_ size: Int) -> [UInt8]

  static let all: [Shape] =
    [
      sse("all CR", "\r"), sse("all LF", "\n"), sse("all CR LF", "\r\n"), sse("comments", ": x\n"),
      sse("empty comments", ":\n"), sse("data lines of one event", "data\n"), sse("tiny events", "data:x\n\n"),
      sse("tiny events with CR", "data:x\r\r"), sse("ids", "id:1\ndata:x\n\n"), sse("unknown lines", "x\n"),
      sse("retries", "retry:12345678901234567890\n"), sse("unfinished line", "x", after: "data: "),
      sse("unfinished comment", ":"), sse("unfinished line of CR to come", " ", after: "\u{FEFF}data:x\r\ndata:"),
      ndjson("tiny records", "1\n"), ndjson("empty lines", "\n"), ndjson("unfinished line", "1"),
      ndjson("unfinished blank line", " "), ndjson("CRs", "\r"),
      array("tiny elements", "1,", after: "["), array("unfinished string", "x", after: "[\""),
      array("unfinished nesting", "[", after: "["), array("white space", " ", after: "[1"),
    ] + texts("validate") { Subjects.validate($0) }
    + texts("JSONValue") { Subjects.value($0) }.map { shape in
      var shape = shape
      shape.buildsValues = true
      return shape
    }

  private static func sse(_ name: String, _ unit: String, after start: String = "") -> Shape {
    Shape(name: "sse: \(name)", run: { Subjects.sse($0, pieces: $1) }, isFramed: true) { filled($0, unit, start, "") }
  }

  private static func ndjson(_ name: String, _ unit: String) -> Shape {
    Shape(name: "ndjson: \(name)", run: { Subjects.ndjson($0, pieces: $1) }, isFramed: true) {
      filled($0, unit, "", "")
    }
  }

  private static func array(_ name: String, _ unit: String, after start: String) -> Shape {
    Shape(name: "json array: \(name)", run: { Subjects.jsonArray($0, pieces: $1) }, isFramed: true) {
      filled($0, unit, start, "")
    }
  }

  /// One whole JSON text each.
  private static func texts(_ name: String, read: @escaping @Sendable ([UInt8]) -> Int) -> [Shape] {
    func shape(_ what: String, _ unit: String, _ start: String, _ end: String) -> Shape {
      Shape(name: "\(name): \(what)", run: { bytes, _ in read(bytes) }, isFramed: false) {
        filled($0, unit, start, end)
      }
    }
    let nested = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    let nestedObjects = String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200)
    return [
      shape("one string", "x", "\"", "\""), shape("escapes", "\\n", "\"", "\""),
      shape("escaped surrogates", "\\ud83d\\ude00", "\"", "\""), shape("lone surrogates", "\\ud83d", "\"", "\""),
      shape("text that is not ASCII", "é€", "\"", "\""), shape("white space", " ", "[", "]"),
      shape("one number", "9", "1", ""), shape("numbers", "1,", "[", "1]"), shape("strings", "\"\",", "[", "1]"),
      shape("nesting", nested + ",", "[", "1]"), shape("nested objects", nestedObjects + ",", "[", "1]"),
      shape("one key again and again", "\"a\":1,", "{", "\"a\":1}"),
      Shape(name: "\(name): keys that differ", run: { bytes, _ in read(bytes) }, isFramed: false) { size in
        var text = "{"
        var key = 0
        while text.utf8.count < size {
          text += "\"\(key)\":1,"
          key += 1
        }
        return Array((text + "\"\":1}").utf8)
      },
    ]
  }

  private static func filled(_ size: Int, _ unit: String, _ start: String, _ end: String) -> [UInt8] {
    var bytes = Array(start.utf8)
    let unit = Array(unit.utf8)
    bytes.reserveCapacity(size + unit.count + end.utf8.count)
    while bytes.count < size { bytes += unit }
    return bytes + Array(end.utf8)
  }
}
