// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Writes a request in Mistral's shape: that of OpenAI's chat, except where Mistral refuses it.
struct MistralRequestEncoder {
  private var request: ChatRequest
  private var provider: Provider
  private var warnings: [StreamWarning] = []

  init(request: ChatRequest, provider: Provider) {
    self.request = request
    self.provider = provider
    // Fields that it does not know are errors.
    self.provider.quirks.formUnion([.refusesStreamOptions, .takesTopK])
    self.provider.quirks.subtract([.maxCompletionTokens, .reasoningObject])
  }

  mutating func encode() throws(SpateError) -> EncodedRequest {
    adapt()
    var messages = MistralMessageEncoder(provider: provider)
    var encoder = ChatRequestEncoder(request: request, provider: provider)
    try encoder.check()
    let turns = try messages.encode(request.messages)
    var encoded = encoder.encode(messages: JSONValue.array(turns).bytes)
    encoded.path = provider.path(version: "/v1", "/chat/completions")
    encoded.warnings = messages.warnings + warnings + encoded.warnings
    return encoded
  }

  private mutating func adapt() {
    if let seed = request.options.seed {
      request.options.seed = nil
      if request.options.extra["random_seed"] == nil {
        request.options.extra["random_seed"] = .number(JSONNumber(seed))
      }
    }
    if request.options.user != nil {
      request.options.user = nil
      leaveOut("user")
    }
    if request.options.store != nil {
      if request.options.store == true { leaveOut("store") }
      request.options.store = nil
    }
    if request.isStream, request.options.streamUsage == false { leaveOut("streamUsage: false") }
    // It is reported anyway.
    request.options.streamUsage = nil
    request.tools = request.tools.compactMap { tool in
      switch tool.kind {
      case .function: return tool
      case .custom:
        leaveOut("tools of free text such as \(tool.name)")
        return nil
      case .provider(let definition, let dialect):
        guard dialect == .mistral else {
          leaveOut("the tool \(tool.name) of the dialect \(dialect)")
          return nil
        }
        // Written as it is by who writes the rest.
        var own = tool
        own.kind = .provider(definition, dialect: .openAIChat)
        return own
      }
    }
  }

  private mutating func leaveOut(_ what: String) {
    warnings.append(StreamWarning(.unsupportedOption, "\(provider.name) does not take \(what): it was left out"))
  }
}
