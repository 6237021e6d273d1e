// SPDX-License-Identifier: Apache-2.0

@_spi(Benchmarks) import SpateCore

/// What is measured, each reduced to bytes in, a count out. A wrong input stops the program: a benchmark of an error is
/// none.
enum Subjects {
  /// Events, comments and unknown lines.
  static func sse(_ body: [UInt8], pieces size: Int) -> Int {
    var framer = SSEFramer(lineLimit: .max, eventLimit: .max)
    var count = 0
    forEachPiece(of: body, size: size) { piece in
      var cursor = SSEFramer.Cursor()
      while let _ = try framer.next(piece, &cursor) { count += 1 }
    }
    return count
  }

  static func ndjson(_ body: [UInt8], pieces size: Int) -> Int {
    var framer = NDJSONFramer(lineLimit: .max)
    var count = 0
    forEachPiece(of: body, size: size) { piece in
      var position = 0
      while let _ = try framer.next(piece, &position) { count += 1 }
    }
    return count
  }

  static func jsonArray(_ body: [UInt8], pieces size: Int) -> Int {
    var framer = JSONArrayFramer(elementLimit: .max)
    var count = 0
    forEachPiece(of: body, size: size) { piece in
      var position = 0
      while try framer.next(piece, &position) { count += 1 }
    }
    return count
  }

  static func validate(_ text: [UInt8]) -> Int {
    expectNoError { try WireBenchmarks.validate(text.span) }
    return 1
  }

  static func value(_ text: [UInt8]) -> Int {
    var count = 0
    expectNoError { if try JSONValue(parsing: text.span).isNull == false { count = 1 } }
    return count
  }

  @inline(__always)
  private static func forEachPiece(of body: [UInt8], size: Int, _ feed: (Span<UInt8>) throws -> Void) {
    let span = body.span
    var start = 0
    while start < span.count {
      let end = min(start + size, span.count)
      let piece = span.extracting(start..<end)
      do { try feed(piece) } catch { fatalError("\(error)") }
      start = end
    }
  }

  private static func expectNoError(_ body: () throws -> Void) {
    do { try body() } catch { fatalError("\(error)") }
  }
}
