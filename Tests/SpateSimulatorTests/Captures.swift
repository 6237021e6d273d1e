// SPDX-License-Identifier: Apache-2.0

import Spate

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Recorded answers beside the repository; not part of it. Tests that need them are skipped where they are absent.
enum Captures {
  /// `SPATE_SHARED`, or the folder `shared` beside the package.
  static let folder: String =
    (ProcessInfo.processInfo.environment["SPATE_SHARED"]
      ?? #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/shared") + "/captures"

  static let isPresent = FileManager.default.fileExists(atPath: folder + "/manifest.jsonl")

  /// The seed of the environment, or one that is new in each run and printed with a failure.
  static let seed =
    ProcessInfo.processInfo.environment["SPATE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)

  struct Capture: Sendable {
    var file: String
    var status: Int
    var contentType: String
    var body: [UInt8]
    /// What a decoder must find in it.
    var expect: JSONValue = [:]
  }

  struct Missing: Error {
    var path: String
  }

  /// Every recorded stream of the dialect.
  static func streams(of dialect: String) throws -> [Capture] {
    let manifest = try bytes("manifest.jsonl")
    return try manifest.split(separator: 0x0A).compactMap { line in
      let row = try JSONValue(parsing: Array(line))
      guard row["dialect"]?.string == dialect, row["stream"]?.bool == true, let file = row["file"]?.string else {
        return nil
      }
      return Capture(
        file: file, status: row["status"]?.int ?? 200, contentType: row["content_type"]?.string ?? "text/event-stream",
        body: try bytes(file), expect: row["expect"] ?? [:])
    }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: folder + "/" + path) else { throw Missing(path: path) }
    return Array(data)
  }
}
