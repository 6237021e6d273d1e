// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Conformance data beside the repository; not part of it. Tests that need it are skipped where it is absent.
enum Shared {
  static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  /// `SPATE_SHARED`, or the folder `shared` beside the package.
  static let folder: String =
    variable("SPATE_SHARED")
    ?? #filePath.split(separator: "/").dropLast(6).reduce("") { $0 + "/" + $1 } + "/shared"

  static let hasConformance = FileManager.default.fileExists(atPath: folder + "/conformance/sse/cases.jsonl")

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: folder + "/" + path) else { throw Missing(path: path) }
    return Array(data)
  }

  static func names(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/" + path).sorted()
  }

  static func base64(_ text: String) throws -> [UInt8] {
    guard let data = Data(base64Encoded: text) else { throw Missing(path: text) }
    return Array(data)
  }

  struct Missing: Error {
    var path: String
  }
}
