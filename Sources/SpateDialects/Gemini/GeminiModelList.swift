// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Google's list of models: `{"models": [{"name": "models/gemini-2.5-flash", "inputTokenLimit": ...}]}`.
enum GeminiModelList {
  static func read(_ body: [UInt8]) throws(SpateError) -> ModelPage {
    let value = try ModelListBody.value(body)
    // An empty page can be one without a list.
    let next = ModelListBody.page(value["nextPageToken"])
    guard let entries = value["models"]?.array ?? (next == nil ? nil : []) else {
      throw SpateError(.decode, "the list of models has no list in it")
    }
    return ModelPage(entries.compactMap(model), next: next)
  }

  private static func model(_ entry: JSONValue) -> ModelInfo? {
    guard let path = entry["name"]?.string, let id = path.split(separator: "/").last else { return nil }
    return ModelInfo(
      id: String(id), name: entry["displayName"]?.string, contextLength: entry["inputTokenLimit"]?.int,
      outputLimit: entry["outputTokenLimit"]?.int, capabilities: capabilities(entry), native: entry)
  }

  /// What is generated with (`generateContent`, `embedContent`, ...), and whether it thinks. That a model thinks is said
  /// only of those that do; whether silence means no is not documented.
  private static func capabilities(_ entry: JSONValue) -> ModelCapabilities {
    var capabilities = ModelCapabilities()
    if let methods = entry["supportedGenerationMethods"]?.array {
      capabilities[.chat] = methods.contains("generateContent")
    }
    capabilities[.reasoning] = entry["thinking"]?.bool
    return capabilities
  }
}
