// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects

/// One recorded response whose dialect Spate speaks.
struct Capture: Sendable {
  let file: String
  let body: [UInt8]
  let isStream: Bool
  let dialect: any Dialect
  private let context: ResponseContext

  /// Every one in the manifest.
  static func all(in shared: SharedFolder) throws -> [Capture] {
    try shared.bytes("captures/manifest.jsonl").split(separator: UInt8(ascii: "\n")).compactMap { line in
      let row = try JSONValue(parsing: Array(line))
      guard let file = row["file"]?.string, let dialect = row["dialect"]?.string, let status = row["status"]?.int else {
        throw CorpusError(description: "no capture: \(row)")
      }
      guard let dialect = Dialects.builtIn[DialectID(rawValue: dialect)] else { return nil }
      return Capture(
        file: file, body: try shared.bytes("captures/\(file)"), isStream: row["stream"]?.bool ?? false,
        dialect: dialect,
        context: ResponseContext(status: status, contentType: row["content_type"]?.string))
    }
  }

  /// The same response with another body.
  init(_ capture: Capture, body: [UInt8]) {
    file = capture.file
    self.body = body
    isStream = capture.isStream
    dialect = capture.dialect
    context = capture.context
  }

  private init(file: String, body: [UInt8], isStream: Bool, dialect: any Dialect, context: ResponseContext) {
    self.file = file
    self.body = body
    self.isStream = isStream
    self.dialect = dialect
    self.context = context
  }

  func decoder() -> any ResponseDecoder { dialect.decoder(for: context) }

  /// What a body gives: its events, and the error's code where it ends with one.
  struct Result: Equatable {
    var events: [StreamEvent] = []
    var code: SpateError.Code?
  }

  /// The result of the body in these pieces.
  func result(of pieces: [Range<Int>]) -> Result {
    var decoder = decoder()
    var result = Result()
    for piece in pieces where decoder.feed(body.span.extracting(piece), into: &result.events) == .done { break }
    result.code = Self.finish(decoder, into: &result.events)
    return result
  }

  /// Ends the body here, cleanly; gives the error's code.
  static func finish(_ decoder: any ResponseDecoder, into events: inout [StreamEvent]) -> SpateError.Code? {
    do throws(SpateError) {
      try decoder.finish(.clean, into: &events)
      return nil
    } catch { return error.code }
  }
}
