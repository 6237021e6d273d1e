// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What an entry in a list of models says that the model can do. Each provider that says it has a way of its own, by which
/// it is told here: no two of them contradict each other.
struct ListedCapabilities {
  private(set) var capabilities = ModelCapabilities()

  init(_ entry: JSONValue) {
    readModalities(entry["architecture"])
    readParameters(entry["supported_parameters"]?.array)
    readFlags(entry)
    readWords(entry)
    switch entry["capabilities"] {
    case .array(let words)?: readWords(words)
    case .object?: readObject(entry["capabilities"])
    default: break
    }
  }

  // MARK: OpenRouter

  /// `architecture: {input_modalities: ["text", "image"], output_modalities: ["text"]}`
  private mutating func readModalities(_ architecture: JSONValue?) {
    if let input = architecture?["input_modalities"]?.array {
      capabilities[.images] = input.contains("image")
      capabilities[.files] = input.contains("file")
      capabilities[.audio] = input.contains("audio")
    }
    if let output = architecture?["output_modalities"]?.array {
      capabilities[.chat] = output.contains("text")
      capabilities[.imageOutput] = output.contains("image")
      capabilities[.audioOutput] = output.contains("audio")
    }
  }

  /// `supported_parameters: ["tools", "reasoning", "structured_outputs", ...]`
  private mutating func readParameters(_ parameters: [JSONValue]?) {
    guard let parameters else { return }
    capabilities[.tools] = parameters.contains("tools")
    capabilities[.reasoning] = parameters.contains("reasoning")
    capabilities[.json] = parameters.contains("response_format") || parameters.contains("structured_outputs")
    capabilities[.schema] = parameters.contains("structured_outputs")
    if parameters.contains("parallel_tool_calls") { capabilities[.parallelTools] = true }
  }

  // MARK: Fireworks, Cohere

  /// `supports_chat`, `supports_tools`, `supports_image_input` (Fireworks), `supports_vision`, `endpoints` (Cohere).
  private mutating func readFlags(_ entry: JSONValue) {
    set(.chat, entry["supports_chat"])
    set(.tools, entry["supports_tools"])
    set(.images, entry["supports_image_input"] ?? entry["supports_vision"])
    if let endpoints = entry["endpoints"]?.array, endpoints.allSatisfy({ $0.string != nil }) {
      capabilities[.chat] = endpoints.contains("chat")
    }
  }

  private mutating func set(_ capability: Capability, _ value: JSONValue?) {
    if let isTrue = value?.bool { capabilities[capability] = isTrue }
  }

  // MARK: Words

  /// Cohere's `features`: what is not among them is not said.
  private mutating func readWords(_ entry: JSONValue) {
    if let features = entry["features"]?.array { readWords(features) }
  }

  /// Ollama's and llama.cpp's `capabilities`, Cohere's `features`.
  private mutating func readWords(_ words: [JSONValue]) {
    for word in words.compactMap(\.string) {
      switch word {
      case "completion", "chat": capabilities[.chat] = true
      case "tools": capabilities[.tools] = true
      case "vision", "multimodal": capabilities[.images] = true
      case "audio": capabilities[.audio] = true
      case "thinking", "reasoning": capabilities[.reasoning] = true
      case "json_mode": capabilities[.json] = true
      case "json_schema": capabilities[.schema] = true
      default: break
      }
    }
  }

  // MARK: Mistral, Anthropic

  /// `{"completion_chat": true, "function_calling": true, "vision": false}`, or each name with
  /// `{"supported": true}` and more inside.
  private mutating func readObject(_ object: JSONValue?) {
    set(.chat, object?["completion_chat"])
    set(.tools, object?["function_calling"])
    set(.images, object?["vision"])
    set(.audio, object?["audio"])
    set(.reasoning, object?["reasoning"])
    set(.images, object?["image_input"]?["supported"])
    set(.files, object?["pdf_input"]?["supported"])
    set(.schema, object?["structured_outputs"]?["supported"])
    set(.reasoning, object?["thinking"]?["supported"])
    if let effort = object?["effort"], effort["supported"]?.bool == true {
      let words = ReasoningEffort.scale.filter { effort[$0.rawValue]?["supported"]?.bool == true }
      capabilities.efforts = words.isEmpty ? nil : words
    }
  }
}
