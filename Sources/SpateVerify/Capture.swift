// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

/// One recorded response whose dialect Spate speaks.
struct Capture: Sendable {
  let file: String
  let isStream: Bool
  let specimen: Specimen

  var body: [UInt8] { specimen.body }
  var dialect: any Dialect { specimen.dialect }

  /// Every one in the manifest.
  static func all(in shared: SharedFolder) throws -> [Capture] {
    try shared.bytes("captures/manifest.jsonl").split(separator: UInt8(ascii: "\n")).compactMap { line in
      let row = try JSONValue(parsing: Array(line))
      guard let file = row["file"]?.string, let dialect = row["dialect"]?.string, let status = row["status"]?.int else {
        throw CorpusError(description: "no capture: \(row)")
      }
      guard let dialect = Dialects.builtIn[DialectID(rawValue: dialect)] else { return nil }
      return Capture(
        file: file, isStream: row["stream"]?.bool ?? false,
        specimen: Specimen(
          dialect: dialect, context: ResponseContext(status: status, contentType: row["content_type"]?.string),
          body: try shared.bytes("captures/\(file)")))
    }
  }

  /// The shortest ones of each dialect, by its name.
  static func shortest(_ count: Int, of captures: [Capture]) -> [(dialect: DialectID, captures: [Capture])] {
    Dialects.builtIn.ids.map { id in
      let own = captures.filter { $0.dialect.id == id }.sorted { $0.body.count < $1.body.count }
      return (id, Array(own.prefix(count)))
    }
  }
}
