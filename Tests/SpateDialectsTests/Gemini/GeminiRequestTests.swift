// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Requests in Gemini's shape: every option is carried, or said to be left out.
@Suite struct GeminiRequestTests {
  private func encode(
    _ options: ChatOptions = ChatOptions(), messages: [Message] = ["Hello"], tools: [Tool] = [],
    model: String = "gemini-2.5-flash", isStream: Bool = true, at provider: Provider = Gemini.provider
  ) throws -> (body: JSONValue, request: EncodedRequest) {
    let request = ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
    let encoded = try GeminiDialect().encode(request, for: provider)
    return (try JSONValue(parsing: encoded.body), encoded)
  }

  private func config(_ options: ChatOptions, model: String = "gemini-2.5-flash") throws -> JSONValue? {
    try encode(options, model: model).body["generationConfig"]
  }

  @Test func smallestRequest() throws {
    let (body, request) = try encode()
    #expect(body == ["contents": [["role": "user", "parts": [["text": "Hello"]]]]])
    #expect(request.path == "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")
    #expect(request.method == "POST" && request.warnings.isEmpty && request.fields["Accept"] == "text/event-stream")
    #expect(try encode(isStream: false).request.path == "/v1beta/models/gemini-2.5-flash:generateContent")
  }

  @Test func theKeyGoesIntoAHeader() {
    #expect(GeminiDialect().authentication == .field("x-goog-api-key"))
    #expect(Gemini.provider.authentication == nil && Gemini.vertex.authentication == .bearer)
  }

  @Test func paths() throws {
    func path(_ model: String, _ base: String) throws -> String {
      var provider = Gemini.provider
      provider.baseURL = base
      return try encode(model: model, isStream: false, at: provider).request.path
    }
    #expect(try path("m", "https://a.example") == "/v1beta/models/m:generateContent")
    #expect(try path("m", "https://a.example/gemini/") == "/v1beta/models/m:generateContent")
    #expect(try path("m", "https://a.example/v1alpha") == "/models/m:generateContent")
    #expect(try path("m", Gemini.vertex.baseURL) == "/models/m:generateContent")
    #expect(try path("models/m", "https://a.example") == "/v1beta/models/m:generateContent")
    #expect(try path("tunedModels/m", "https://a.example") == "/v1beta/tunedModels/m:generateContent")
    #expect(
      try path("a/../b?c#d é", "https://a.example") == "/v1beta/models/a%2F..%2Fb%3Fc%23d%20%C3%A9:generateContent")
    for name in ["", "..", ".", "models/", "models/.."] {
      #expect(throws: SpateError.self, "\(name)") { try path(name, "https://a.example") }
    }
  }

  @Test func numbers() throws {
    var options = ChatOptions(
      temperature: 0.5, topP: 0.9, topK: 40, maxTokens: 100, stop: ["x"], seed: 7, n: 2, presencePenalty: 0.1,
      frequencyPenalty: 0.2)
    #expect(
      try config(options) == [
        "temperature": 0.5, "topP": 0.9, "presencePenalty": 0.1, "frequencyPenalty": 0.2, "topK": 40,
        "maxOutputTokens": 100, "seed": 7, "candidateCount": 2, "stopSequences": ["x"],
      ])
    #expect(try config(ChatOptions(topLogprobs: 3)) == ["logprobs": 3, "responseLogprobs": true])
    #expect(try config(ChatOptions(logprobs: false)) == ["responseLogprobs": false])
    options.temperature = .nan
    #expect(throws: SpateError.self) { try config(options) }
  }

  private struct Effort: Sendable {
    var model: String
    var effort: ReasoningEffort
    var thinking: JSONValue
    var warnings = 0
  }

  private static let allEfforts = [
    Effort(model: "gemini-2.5-flash", effort: .none, thinking: ["thinkingBudget": 0]),
    Effort(model: "gemini-2.5-flash", effort: .low, thinking: ["thinkingBudget": 1024, "includeThoughts": true]),
    Effort(model: "gemini-2.5-flash", effort: .medium, thinking: ["thinkingBudget": 8192, "includeThoughts": true]),
    Effort(model: "gemini-2.5-flash", effort: .high, thinking: ["thinkingBudget": 24_576, "includeThoughts": true]),
    Effort(
      model: "gemini-2.5-flash", effort: ReasoningEffort(rawValue: "wild"), thinking: ["includeThoughts": true],
      warnings: 1),
    Effort(model: "gemini-2.5-pro", effort: .none, thinking: ["thinkingBudget": 128], warnings: 1),
    Effort(model: "gemini-3-flash-preview", effort: .none, thinking: ["thinkingLevel": "minimal"], warnings: 1),
    Effort(
      model: "gemini-3-flash-preview", effort: .minimal,
      thinking: ["thinkingLevel": "minimal", "includeThoughts": true]),
    Effort(
      model: "gemini-3-pro-preview", effort: .minimal, thinking: ["thinkingLevel": "low", "includeThoughts": true],
      warnings: 1),
    Effort(model: "gemini-3-pro-preview", effort: .high, thinking: ["thinkingLevel": "high", "includeThoughts": true]),
    Effort(model: "models/gemini-3.1-pro", effort: .none, thinking: ["thinkingLevel": "low"], warnings: 1),
    Effort(model: "gemini-flash-latest", effort: .low, thinking: ["thinkingBudget": 1024, "includeThoughts": true]),
  ]

  @Test func efforts() throws {
    for one in Self.allEfforts {
      let (body, request) = try encode(ChatOptions(reasoning: one.effort), model: one.model)
      #expect(body["generationConfig"]?["thinkingConfig"] == one.thinking, "\(one)")
      #expect(request.warnings.count == one.warnings, "\(one)")
    }
  }

  @Test func budgetsAndWhatIsShown() throws {
    func thinking(_ options: ChatOptions, _ model: String = "gemini-2.5-flash") throws -> JSONValue? {
      try config(options, model: model)?["thinkingConfig"]
    }
    #expect(try thinking(ChatOptions(reasoningBudget: 500)) == ["thinkingBudget": 500, "includeThoughts": true])
    #expect(
      try thinking(ChatOptions(reasoningBudget: 500, showsReasoning: false))
        == ["thinkingBudget": 500, "includeThoughts": false])
    #expect(try thinking(ChatOptions(reasoningBudget: 0)) == ["thinkingBudget": 0])
    #expect(try thinking(ChatOptions(showsReasoning: true)) == ["includeThoughts": true])
    let both = ChatOptions(reasoning: .low, reasoningBudget: 5)
    #expect(try thinking(both, "gemini-3-flash") == ["thinkingLevel": "low", "includeThoughts": true])
    #expect(try encode(both, model: "gemini-3-flash").request.warnings.count == 1)
    let old = try encode(ChatOptions(reasoning: .high), model: "gemini-2.0-flash")
    #expect(old.body["generationConfig"] == nil && old.request.warnings.count == 1)
  }

  @Test func formats() throws {
    #expect(try config(ChatOptions(responseFormat: .json)) == ["responseMimeType": "application/json"])
    #expect(try config(ChatOptions(responseFormat: .text)) == ["responseMimeType": "text/plain"])
    let schema: JSONValue = ["type": "object", "additionalProperties": false]
    #expect(
      try config(ChatOptions(responseFormat: .schema(name: "a", schema)))
        == ["responseMimeType": "application/json", "responseJsonSchema": schema])
  }

  @Test func tools() throws {
    let schema: JSONValue = ["type": "object", "properties": ["city": ["type": "string"]]]
    let tools = [
      Tool(name: "f", description: "d", parameters: schema), Tool(name: "g"), .custom(name: "c"),
      .provider(["googleSearch": [:]], dialect: .gemini),
    ]
    let (body, request) = try encode(ChatOptions(toolChoice: .tool("f")), tools: tools)
    #expect(
      body["tools"] == [
        [
          "functionDeclarations": [
            ["name": "f", "description": "d", "parametersJsonSchema": schema], ["name": "g"],
            [
              "name": "c",
              "parametersJsonSchema": [
                "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
              ],
            ],
          ]
        ], ["googleSearch": [:]],
      ])
    #expect(body["toolConfig"] == ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": ["f"]]])
    #expect(request.warnings.isEmpty)
    for (choice, mode) in [(ToolChoice.auto, "AUTO"), (.none, "NONE"), (.required, "ANY")] {
      let body = try encode(ChatOptions(toolChoice: choice), tools: [tools[0]]).body
      #expect(body["toolConfig"] == ["functionCallingConfig": ["mode": .string(mode)]])
    }
  }

  @Test func whatCanNotBeCarriedIsSaid() throws {
    var options = ChatOptions(toolChoice: .required, parallelTools: false, user: "u", metadata: ["a": "b"])
    options.store = true
    options.previousResponse = "r"
    options.isBackground = true
    options.betas = ["b"]
    var cached = Tool(name: "f", isStrict: true)
    cached.cachePoint = CachePoint()
    let foreign = Tool.provider(["type": "web_search"], dialect: .anthropic)
    let message = Message(
      role: .user, content: ["Hello", .cachePoint(CachePoint()), .image(.url("https://a.example/x", detail: "low"))],
      name: "Ann")
    let (body, request) = try encode(options, messages: [message], tools: [foreign])
    #expect(body["tools"] == nil && body["toolConfig"] == nil && body["labels"] == nil)
    let said = request.warnings.map(\.message).joined(separator: "\n")
    for word in [
      "toolChoice", "parallelTools", "user", "metadata", "store", "previousResponse", "isBackground", "betas",
      "web_search", "names of speakers", "cache points", "detail",
    ] { #expect(said.contains(word), "\(word)") }
    #expect(try encode(tools: [cached]).request.warnings.count == 2)
    #expect(try encode(ChatOptions(metadata: ["a": "b"]), at: Gemini.vertex).body["labels"] == ["a": "b"])
  }

  @Test func theCallersOwnFieldsWin() throws {
    let extra: JSONObject = [
      "safetySettings": [["category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"]],
      "cachedContent": "cachedContents/1", "generationConfig": ["temperature": 1, "mediaResolution": "LOW"],
    ]
    let body = try encode(ChatOptions(temperature: 0.5, topK: 3, extra: extra)).body
    #expect(body["cachedContent"] == "cachedContents/1" && body["safetySettings"]?.array?.count == 1)
    #expect(body["generationConfig"] == ["temperature": 1, "topK": 3, "mediaResolution": "LOW"])
  }

  // MARK: Messages

  @Test func roles() throws {
    let (body, request) = try encode(messages: [
      .system("a"), "b", .assistant("c"), .system("d"), Message(role: .assistant, content: []),
    ])
    #expect(body["systemInstruction"] == ["parts": [["text": "a"], ["text": "d"]]])
    #expect(
      body["contents"] == [
        ["role": "user", "parts": [["text": "b"]]], ["role": "model", "parts": [["text": "c"]]],
      ])
    #expect(request.warnings.count == 2)
    #expect(throws: SpateError.self) { try encode(messages: [.system("only")]) }
    #expect(throws: SpateError.self) { try encode(messages: []) }
    #expect(throws: SpateError.self) { try encode(messages: [.user([.refusal("x")])]) }
  }

  @Test func media() throws {
    var video = Media.url("https://youtu.be/x")
    video.extra = ["videoMetadata": ["fps": 1]]
    let parts = try Gemini.parts(
      [
        .user([
          .image(.bytes([1, 2, 3], mediaType: "image/png")), .image(.url("data:image/gif;base64,AQID")),
          .file(.url("https://a.example/b.PDF?x=1.txt")), .file(.id("files/abc", mediaType: "text/plain")),
          .audio(.bytes([1], mediaType: "audio/wav")), .file(video),
        ])
      ], at: 0)
    #expect(
      parts == [
        ["inlineData": ["mimeType": "image/png", "data": "AQID"]],
        ["inlineData": ["mimeType": "image/gif", "data": "AQID"]],
        ["fileData": ["fileUri": "https://a.example/b.PDF?x=1.txt", "mimeType": "application/pdf"]],
        [
          "fileData": [
            "fileUri": "https://generativelanguage.googleapis.com/v1beta/files/abc", "mimeType": "text/plain",
          ]
        ],
        ["inlineData": ["mimeType": "audio/wav", "data": "AQ=="]],
        ["fileData": ["fileUri": "https://youtu.be/x"], "videoMetadata": ["fps": 1]],
      ])
  }

  @Test func N12_resultsOfOneTurnGoTogether() throws {
    let calls: [ContentPart] = ["f", "g"].map { .toolCall(ToolCall(id: "id-\($0)", name: $0, arguments: "{}")) }
    let messages: [Message] = [
      "Hello", .assistant(calls), .toolResult(id: "id-g", "one"), .toolResult(id: "id-f", "two", isError: true),
      "Go on",
    ]
    let contents = try encode(messages: messages).body["contents"]?.array ?? []
    #expect(contents.count == 4 && contents[2]["role"] == "user")
    #expect(
      contents[2]["parts"] == [
        ["functionResponse": ["name": "g", "response": ["output": "one"]]],
        ["functionResponse": ["name": "f", "response": ["error": "two"]]],
      ])
    let lost = #expect(throws: SpateError.self) { try encode(messages: ["a", .toolResult(id: "x", "y")]) }
    #expect(lost?.message.contains("x") == true)
    #expect(throws: Never.self) { try encode(messages: ["a", .toolResult(id: "x", "y", name: "f")]) }
  }

  @Test func mediaInResults() throws {
    let result = ToolResult(
      callID: "a", name: "f", content: ["text", .image(.bytes([1, 2, 3], mediaType: "image/png"))])
    let messages: [Message] = ["Hello", Message(role: .tool, content: [.toolResult(result)])]
    let third = try Gemini.parts(messages, at: 1, model: "gemini-3-flash")[0]["functionResponse"]
    #expect(third?["parts"] == [["inlineData": ["mimeType": "image/png", "data": "AQID"]]])
    let (body, request) = try encode(messages: messages)
    #expect(body["contents"]?[1]?["parts"]?[0]?["functionResponse"]?["parts"] == nil && request.warnings.count == 1)
  }

  // MARK: Lists

  @Test func listOfModels() throws {
    let request = try GeminiDialect().encodeModelList(for: Gemini.provider)
    #expect(request.method == "GET" && request.path == "/v1beta/models?pageSize=1000")
    #expect(throws: SpateError.self) { try GeminiDialect().encodeModelList(for: Gemini.vertex) }
    let body = #"{"models":[{"name":"models/gemini-x","displayName":"X","inputTokenLimit":9,"outputTokenLimit":3},{}]}"#
    let models = try GeminiDialect().decodeModelList(Array(body.utf8)).models
    #expect(models.map(\.id) == ["gemini-x"] && models[0].name == "X")
    #expect(models[0].contextLength == 9 && models[0].outputLimit == 3)
    #expect(throws: SpateError.self) { try GeminiDialect().decodeModelList(Array("[]".utf8)) }
  }
}
