// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A request for an answer by a schema, as its target can take it (``ChatOptions/outputMode``).
package struct OutputShape {
  /// The way that was taken: never ``OutputMode/automatic``. Nil where no answer by a schema is asked for, or how is left
  /// to the provider.
  package private(set) var mode: OutputMode?
  /// The name of the tool that stands for the answer.
  package private(set) var toolName: String?
  /// Says which way was taken, where it is not the provider's own.
  package private(set) var warnings: [StreamWarning] = []

  /// Changes `request` for a model with this profile.
  package init(_ request: inout ChatRequest, profile: ModelProfile, provider: Provider) {
    guard let wanted = request.options.outputMode,
      case .schema(let name, let schema, let isStrict)? = request.options.responseFormat
    else { return }
    let mode = wanted == .automatic ? profile.outputMode(for: request, at: provider) : wanted
    self.mode = mode
    switch mode {
    case .tool: force(name, schema, isStrict, &request)
    case .prompted: prompt(schema, &request, profile)
    default: break
    }
    if let way = Self.words(for: mode) {
      let model = DisplayText.bounded(request.model, limit: 100)
      warnings.append(StreamWarning(.outputMode, "\(model) is asked for an answer by a schema \(way)"))
    }
  }

  private static func words(for mode: OutputMode) -> String? {
    switch mode {
    case .tool: "by a tool that it has to call"
    case .prompted: "in the prompt: nothing holds it to it"
    default: nil
    }
  }

  private mutating func force(_ name: String, _ schema: JSONValue, _ isStrict: Bool, _ request: inout ChatRequest) {
    var own = name
    while request.tools.contains(where: { $0.name == own }) { own += "_" }
    toolName = own
    let isAlone = request.tools.isEmpty
    request.tools.append(
      Tool(
        name: own,
        description: "Gives the answer: its input is the whole answer. Call it once, when the answer is known.",
        parameters: schema, isStrict: isStrict ? true : nil))
    request.options.toolChoice = isAlone || request.options.toolChoice == ToolChoice.none ? .tool(own) : .required
    request.options.responseFormat = nil
  }

  private func prompt(_ schema: JSONValue, _ request: inout ChatRequest, _ profile: ModelProfile) {
    let words = """
      Answer with one JSON value and nothing else: no words before or after it, no code fence. It must be valid by this \
      JSON Schema:
      \(schema.description)
      """
    let place = request.messages.firstIndex { $0.role != .system } ?? request.messages.count
    request.messages.insert(.system(words), at: place)
    request.options.responseFormat = profile.capabilities[.json] == true ? .json : nil
  }
}

extension ModelProfile {
  /// The best way to ask for an answer by a schema: the provider's own where the model is known for it, or where nothing is
  /// known and the wire format has one; else a tool that has to be called; else the prompt.
  public func outputMode(for request: ChatRequest, at provider: Provider) -> OutputMode {
    let isClaude = [.anthropic, .bedrockConverse, .bedrockInvokeAnthropic].contains(provider.dialect)
    if capabilities[.schema] ?? !isClaude { return .native }
    let canForce = capabilities[.forcedTools] ?? capabilities.isEmpty
    guard capabilities[.tools] != false, canForce else { return .prompted }
    // Anthropic answers 400 to a forced call from a model that thinks.
    let options = request.options
    let thinks =
      alwaysReasons || options.reasoning.map { $0 != .none } ?? false || options.reasoningBudget.map { $0 > 0 } ?? false
    return isClaude && thinks ? .prompted : .tool
  }
}
