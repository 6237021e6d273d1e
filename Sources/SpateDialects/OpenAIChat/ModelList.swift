// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The list of models that a server of the OpenAI chat dialect sends: an object with a list in `data`, or the list by
/// itself (Together, GitHub Models). What an entry says beside its id has a name of its own at almost every provider.
struct ModelList {
  let models: [ModelInfo]
  /// The whole answer.
  let native: JSONValue

  init(_ body: [UInt8]) throws(SpateError) {
    let value = try ModelListBody.value(body)
    native = value
    guard let entries = value.array ?? value["data"]?.array ?? value["models"]?.array else {
      throw SpateError(.decode, "the list of models has no list in it")
    }
    models = entries.compactMap(Self.model)
  }

  /// Nil for an entry without an id: nothing can be asked of it.
  private static func model(_ entry: JSONValue) -> ModelInfo? {
    guard let id = entry["id"]?.string ?? entry["name"]?.string ?? entry.string, !id.isEmpty else { return nil }
    let name = entry["display_name"]?.string ?? entry["name"]?.string
    return ModelInfo(
      id: id, name: name == id ? nil : name, owner: entry["owned_by"]?.string ?? entry["organization"]?.string,
      created: entry["created"]?.int,
      contextLength: first(of: ["context_length", "context_window", "max_context_length", "max_model_len"], in: entry),
      outputLimit: first(of: ["max_completion_tokens", "max_output_tokens"], in: entry)
        ?? entry["top_provider"]?["max_completion_tokens"]?.int,
      capabilities: ListedCapabilities(entry).capabilities, native: entry)
  }

  private static func first(of names: [String], in entry: JSONValue) -> Int? {
    names.lazy.compactMap { entry[$0]?.int }.first { $0 > 0 }
  }
}
