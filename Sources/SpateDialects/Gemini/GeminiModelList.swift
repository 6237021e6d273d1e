// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Google's list of models: `{"models": [{"name": "models/gemini-2.5-flash", "inputTokenLimit": ...}]}`.
enum GeminiModelList {
  static func read(_ body: [UInt8]) throws(SpateError) -> [ModelInfo] {
    let value: JSONValue
    do throws(WireError) {
      value = try JSONScanner.scan(body.span) { (json) throws(WireError) in json.value() }
    } catch {
      throw SpateError(.decode, "the list of models is no JSON: \(error)")
    }
    guard let entries = value["models"]?.array else {
      throw SpateError(.decode, "the list of models has no list in it")
    }
    return entries.compactMap { entry in
      guard let path = entry["name"]?.string, let id = path.split(separator: "/").last else { return nil }
      return ModelInfo(
        id: String(id), name: entry["displayName"]?.string, contextLength: entry["inputTokenLimit"]?.int,
        outputLimit: entry["outputTokenLimit"]?.int, native: entry)
    }
  }
}
