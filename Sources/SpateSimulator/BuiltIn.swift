// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The answers that a simulator has by itself: the model's name picks one.
public enum BuiltIn: String, Sendable, Hashable, CaseIterable {
  /// Says what Spate is, after a thought. Calls a tool first when the request has tools.
  case welcome = "simulator"
  /// Repeats the user's last words.
  case echo
  /// A short story, in words only.
  case story
  /// Thinks at length before it answers.
  case thinker
  /// Calls every tool of the request, or one of its own; with the results it answers.
  case caller
  /// Declines to answer.
  case refuser
  /// Writes Markdown: a heading, a list, a table and code.
  case writer
  /// Stops in the middle of a sentence, as at a limit of tokens.
  case cutoff

  /// One line for a list of models.
  public var summary: String {
    switch self {
    case .welcome: "what Spate is, after a thought; calls a tool first when the request has tools"
    case .echo: "your own words"
    case .story: "a short story"
    case .thinker: "long thoughts, then an answer"
    case .caller: "calls the request's tools, and reads their results"
    case .refuser: "a refusal"
    case .writer: "Markdown with a list, a table and code"
    case .cutoff: "stops in the middle of a sentence, at its limit of tokens"
    }
  }

  /// What it says to this request.
  func script(for request: ChatRequest) -> Script {
    let results = request.lastResults
    if !results.isEmpty, self == .welcome || self == .caller { return .reading(results) }
    switch self {
    case .welcome:
      guard let tool = request.callable.first else { return .welcome }
      return Script(
        text: "Let me look that up.", reasoning: "There is a tool named \(tool.name), so I had better use it.",
        toolCalls: [tool.sampleCall(id: "call_simulated_0", for: request)])
    case .echo: return Script(text: request.lastUserText)
    case .story: return .story
    case .thinker: return .thinker
    case .caller:
      let tools = request.callable
      guard !tools.isEmpty else { return .withoutTools }
      let calls = tools.enumerated().map { $1.sampleCall(id: "call_simulated_\($0)", for: request) }
      return Script(text: "", toolCalls: request.options.parallelTools == false ? Array(calls.prefix(1)) : calls)
    case .refuser: return Script(text: "", refusal: "I'm sorry, but I can't help with that: declining is my only job.")
    case .writer: return .writer
    case .cutoff: return .cutoff
    }
  }
}

extension ChatRequest {
  /// The tools that may be called.
  fileprivate var callable: [Tool] {
    switch options.toolChoice {
    case ToolChoice.none?: []
    case .tool(let name)?: tools.filter { $0.name == name }
    default: tools
    }
  }

  /// What tools answered since the model's last turn.
  fileprivate var lastResults: [ToolResult] {
    messages.reversed().prefix { $0.role == .tool }.reversed().flatMap(\.content).compactMap {
      if case .toolResult(let result) = $0 { result } else { nil }
    }
  }
}

extension Tool {
  /// A call that its schema allows, as far as types go.
  fileprivate func sampleCall(id: String, for request: ChatRequest) -> ToolCall {
    var arguments: JSONObject = [:]
    let required = parameters["required"]?.array?.compactMap(\.string)
    for (name, schema) in parameters["properties"]?.object?.members ?? []
    where required?.contains(name) ?? true {
      arguments[name] = Self.sample(schema, for: request, depth: 0)
    }
    return ToolCall(id: id, name: name, arguments: JSONValue.object(arguments).description)
  }

  private static func sample(_ schema: JSONValue, for request: ChatRequest, depth: Int) -> JSONValue {
    if let value = schema["const"] ?? schema["default"] ?? schema["enum"]?[0] ?? schema["examples"]?[0] { return value }
    guard depth < 8 else { return nil }
    let type = schema["type"]?.string ?? schema["type"]?[0]?.string
    switch type {
    case "integer", "number": return schema["minimum"] ?? 1
    case "boolean": return true
    case "array": return schema["items"].map { [sample($0, for: request, depth: depth + 1)] } ?? []
    case "object":
      var object: JSONObject = [:]
      for (name, schema) in schema["properties"]?.object?.members ?? [] {
        object[name] = sample(schema, for: request, depth: depth + 1)
      }
      return .object(object)
    case "null": return nil
    default:
      // The last word of the question is often what it is about.
      let word = request.lastUserText.split { !$0.isLetter && !$0.isNumber }.last ?? "Spate"
      return .string(String(word))
    }
  }
}
