// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of corpora, captures and conformance cases; no part of the repository.
struct SharedFolder: Sendable {
  var path: String

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  /// The names in a folder, sorted.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  func bytes(_ name: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw CorpusError(description: "can not read \(path)/\(name)")
    }
    return Array(data)
  }

  static func base64(_ text: String) throws -> [UInt8] {
    guard let data = Data(base64Encoded: text) else { throw CorpusError(description: "no base64: \(text)") }
    return Array(data)
  }
}

/// A corpus that is not as its README says.
struct CorpusError: Error, CustomStringConvertible {
  var description: String
}
