// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Requests in Converse's shape: what is written where, and what is left out with a warning.
@Suite struct ConverseRequestTests {
  private struct Encoded {
    var path: String
    var body: JSONValue
    var warnings: [String]
  }

  private func encode(
    _ messages: [Message] = ["hi"], model: String = "amazon.nova-lite-v1:0", tools: [Tool] = [],
    options: ChatOptions = ChatOptions(), isStream: Bool = true
  ) throws -> Encoded {
    let request = ChatRequest(model: model, messages: messages, tools: tools, options: options, isStream: isStream)
    let encoded = try BedrockConverseDialect().encode(request, for: .bedrock)
    return Encoded(
      path: encoded.path, body: try JSONValue(parsing: encoded.body), warnings: encoded.warnings.map(\.message))
  }

  private func content(_ parts: [ContentPart]) throws -> JSONValue? {
    try encode([.user(parts)]).body["messages"]?[0]?["content"]
  }

  // MARK: Paths

  @Test(arguments: [
    ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1%3A0"),
    (
      "arn:aws:bedrock:us-east-1:1:inference-profile/us.x",
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x"
    ),
    ("a b%~_é", "a%20b%25~_%C3%A9"),
  ]) func theModelIsInThePath(_ model: String, _ path: String) throws {
    #expect(try encode(model: model).path == "/model/\(path)/converse-stream")
    #expect(try encode(model: model, isStream: false).path == "/model/\(path)/converse")
    let server = try #require(BedrockConverseDialect().server)
    let body = Array(#"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#.utf8)
    let read = try server.read(ServedRequest(path: "/x/model/\(path)/converse-stream", body: body))
    #expect(read.model == model && read.isStream)
  }

  @Test func fieldsOfTheHead() throws {
    for (isStream, type) in [(true, "application/vnd.amazon.eventstream"), (false, "application/json")] {
      let request = ChatRequest(model: "m", messages: ["hi"], isStream: isStream)
      let fields = try BedrockConverseDialect().encode(request, for: .bedrock).fields
      #expect(fields["Accept"] == type && fields["Content-Type"] == "application/json")
    }
  }

  @Test func whatNamesNothingIsRefused() {
    for model in ["", ".", ".."] { #expect(throws: SpateError.self) { try encode(model: model) } }
    #expect(throws: SpateError.self) { try encode([]) }
    #expect(throws: SpateError.self) { try encode([.system("s")]) }
    #expect(throws: SpateError.self) { try BedrockConverseDialect().encodeModelList(for: .bedrock) }
  }

  // MARK: Messages

  @Test func rolesTakeTurns() throws {
    let call = ToolCall(id: "t1", name: "f", arguments: "{\"a\": 1}")
    let encoded = try encode([
      .system("s"), "a", "b", .assistant([.toolCall(call)]), .toolResult(id: "t1", "1"),
      .toolResult(id: "t2", "2", isError: true), "on",
    ])
    #expect(encoded.body["system"] == [["text": "s"]])
    #expect(
      encoded.body["messages"] == [
        ["role": "user", "content": [["text": "a"], ["text": "b"]]],
        [
          "role": "assistant", "content": [["toolUse": ["toolUseId": "t1", "name": "f", "input": ["a": 1]]]],
        ],
        [
          "role": "user",
          "content": [
            ["toolResult": ["toolUseId": "t1", "content": [["text": "1"]]]],
            ["toolResult": ["toolUseId": "t2", "content": [["text": "2"]], "status": "error"]], ["text": "on"],
          ],
        ],
      ])
    #expect(encoded.warnings.isEmpty)
  }

  @Test func media() throws {
    #expect(
      try content([
        .image(.bytes([1, 2], mediaType: "image/png")), .image(.url("data:image/jpeg;base64,AQI=")),
        .file(.url("s3://b/report.pdf")), .file(.bytes([3], mediaType: "text/csv", name: "a b")),
        .file(.bytes([4], mediaType: "video/mp4")), .audio(.bytes([5], mediaType: "audio/mpeg")),
        .cachePoint(CachePoint(lifetime: "1h")), .cachePoint(CachePoint()),
      ]) == [
        ["image": ["format": "png", "source": ["bytes": "AQI="]]],
        ["image": ["format": "jpeg", "source": ["bytes": "AQI="]]],
        [
          "document": [
            "format": "pdf", "name": "document 1", "source": ["s3Location": ["uri": "s3://b/report.pdf"]],
          ]
        ],
        ["document": ["format": "csv", "name": "a b", "source": ["bytes": "Aw=="]]],
        ["video": ["format": "mp4", "source": ["bytes": "BA=="]]],
        ["audio": ["format": "mp3", "source": ["bytes": "BQ=="]]],
        ["cachePoint": ["type": "default", "ttl": "1h"]], ["cachePoint": ["type": "default"]],
      ])
  }

  @Test func mediaThatItCanNotTakeIsRefused() {
    let wrong: [ContentPart] = [
      .image(.url("https://a.example/x.png")), .image(.id("file_1")), .image(.bytes([1], mediaType: "image/tiff")),
      .file(.url("s3://b/x.exe")),
    ]
    for part in wrong {
      let error = #expect(throws: SpateError.self) { try content([part]) }
      #expect(error?.code == .badRequest)
    }
  }

  @Test func namesOfDocumentsArePlain() throws {
    let encoded = try encode([.user([.file(.bytes([1], mediaType: "application/pdf", name: "a  b.pdf"))])])
    #expect(encoded.body["messages"]?[0]?["content"]?[0]?["document"]?["name"] == "a b-pdf")
    #expect(encoded.warnings.count == 1)
  }

  @Test func idsOfOtherProvidersAreMadePlainOnBothSides() throws {
    let id = "call/é 1" + String(repeating: "x", count: 80)
    let encoded = try encode([
      "a", .assistant([.toolCall(ToolCall(id: id, name: "f", arguments: "{}"))]), .toolResult(id: id, "1"),
    ])
    let messages = encoded.body["messages"]
    let sent = messages?[1]?["content"]?[0]?["toolUse"]?["toolUseId"]?.string
    #expect(sent?.count == 64 && sent == messages?[2]?["content"]?[0]?["toolResult"]?["toolUseId"]?.string)
  }

  @Test func partsOfOtherDialectsAreLeftOutWithAWarning() throws {
    let parts: [ContentPart] = [
      "a", .reasoning(Reasoning(text: "hm", signature: "s", dialect: .anthropic)), .reasoning(Reasoning(text: "hm")),
      .native(NativePart(dialect: .gemini, type: "x", value: [:])),
      .providerTool(ProviderTool(id: "i", name: "n", input: "{}", seal: Seal(dialect: .anthropic))),
      .annotated(AnnotatedText("b", citations: [["x": 1]], seal: Seal(dialect: .anthropic))),
      .image(.bytes([1], mediaType: "image/png")), .toolCall(ToolCall(id: "t", name: "f", arguments: "[1")),
    ]
    let encoded = try encode(["hi", .assistant(parts), Message(role: .user, content: ["x"], name: "Ada")])
    #expect(
      encoded.body["messages"]?[1]?["content"] == [
        ["text": "a"], ["text": "b"], ["toolUse": ["toolUseId": "t", "name": "f", "input": [:]]],
      ])
    let about = ["thoughts", "gemini", "another provider", "citations", "media", "arguments", "names"]
    for word in about { #expect(encoded.warnings.contains { $0.contains(word) }, "\(word)") }
    #expect(encoded.warnings.count == about.count)
  }

  // MARK: Options

  @Test func optionsOfAllModels() throws {
    let options = ChatOptions(
      temperature: 0.5, topP: 0.25, maxTokens: 9, stop: ["x"], metadata: ["b": "2", "a": "1"],
      extra: ["performanceConfig": ["latency": "optimized"], "inferenceConfig": ["maxTokens": 10]])
    let encoded = try encode(options: options)
    #expect(
      encoded.body["inferenceConfig"] == [
        "maxTokens": 10, "temperature": 0.5, "topP": 0.25, "stopSequences": ["x"],
      ])
    #expect(encoded.body["requestMetadata"] == ["a": "1", "b": "2"])
    #expect(encoded.body["performanceConfig"] == ["latency": "optimized"] && encoded.warnings.isEmpty)
    #expect(try encode().body.object?.keys == ["messages"])
  }

  @Test func optionsThatNobodyTakes() throws {
    let options = ChatOptions(
      temperature: 1.5, seed: 1, n: 2, presencePenalty: 1, frequencyPenalty: 1, logprobs: true, topLogprobs: 1,
      responseFormat: .json, user: "u", store: true, previousResponse: "r",
      isBackground: true)
    let encoded = try encode(options: options)
    #expect(encoded.body["inferenceConfig"] == ["temperature": 1] && encoded.warnings.count == 12)
    #expect(throws: SpateError.self) { try encode(options: ChatOptions(temperature: .infinity)) }
  }

  /// What each maker's models want.
  private static let reasoning: [(model: String, fields: JSONValue)] = [
    ("us.amazon.nova-2-lite-v1:0", ["reasoningConfig": ["type": "enabled", "maxReasoningEffort": "high"]]),
    ("openai.gpt-oss-20b-1:0", ["reasoning_effort": "high"]),
    ("anthropic.claude-3-7-sonnet-20250219-v1:0", ["thinking": ["type": "enabled", "budget_tokens": 16_384]]),
    (
      "us.anthropic.claude-sonnet-5",
      ["thinking": ["type": "adaptive", "display": "summarized"], "output_config": ["effort": "high"]]
    ),
  ]

  @Test(arguments: reasoning) func reasoningIsAskedForInEachMakersWords(_ model: String, _ fields: JSONValue) throws {
    let encoded = try encode(model: model, options: ChatOptions(reasoning: .high))
    #expect(encoded.body["additionalModelRequestFields"] == fields && encoded.warnings.isEmpty)
    // The limit is larger than the budget.
    let limit = encoded.body["inferenceConfig"]?["maxTokens"]?.int
    #expect(fields["thinking"]?["budget_tokens"] == nil ? limit == nil : limit ?? 0 > 16_384)
  }

  @Test func whatOnlySomeModelsTake() throws {
    let options = ChatOptions(topK: 5, reasoning: .low, betas: ["b"])
    let other = try encode(model: "meta.llama3-8b-instruct-v1:0", options: options)
    #expect(other.body["additionalModelRequestFields"] == nil && other.warnings.count == 3)
    let claude = try encode(
      model: "anthropic.claude-3-5-haiku-20241022-v1:0",
      options: ChatOptions(topK: 5, extra: ["additionalModelRequestFields": ["x": 1]], betas: ["b"]))
    #expect(
      claude.body["additionalModelRequestFields"] == ["top_k": 5, "anthropic_beta": ["b"], "x": 1])
    #expect(
      try encode(options: ChatOptions(topK: 5)).body["additionalModelRequestFields"] == [
        "inferenceConfig": ["topK": 5]
      ])
    let thinking = try encode(
      model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
      options: ChatOptions(temperature: 0.5, maxTokens: 4000, reasoning: .low))
    #expect(thinking.body["inferenceConfig"] == ["maxTokens": 4000] && thinking.warnings.count == 1)
  }

  @Test func schemasAreText() throws {
    let schema: JSONValue = ["type": "object"]
    let encoded = try encode(options: ChatOptions(responseFormat: .schema(name: "n", schema)))
    let format = encoded.body["outputConfig"]?["textFormat"]
    #expect(format?["type"] == "json_schema")
    #expect(format?["structure"]?["jsonSchema"] == ["schema": .string(schema.description), "name": "n"])
  }

  // MARK: Tools

  @Test func tools() throws {
    var cached = Tool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true)
    cached.cachePoint = CachePoint()
    let tools: [Tool] = [
      cached, .provider(["systemTool": ["name": "nova_grounding"]], dialect: .bedrockConverse),
      .custom(name: "c"), .provider(["type": "x"], dialect: .anthropic),
    ]
    let encoded = try encode(tools: tools, options: ChatOptions(toolChoice: .tool("f"), parallelTools: false))
    let text: JSONValue = [
      "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
    ]
    #expect(
      encoded.body["toolConfig"] == [
        "tools": [
          [
            "toolSpec": [
              "name": "f", "description": "d", "inputSchema": ["json": ["type": "object"]], "strict": true,
            ]
          ], ["cachePoint": ["type": "default"]], ["systemTool": ["name": "nova_grounding"]],
          ["toolSpec": ["name": "c", "inputSchema": ["json": text]]],
        ], "toolChoice": ["tool": ["name": "f"]],
      ])
    #expect(encoded.warnings.count == 2)
  }

  @Test func toolChoices() throws {
    func config(_ choice: ToolChoice, _ messages: [Message] = ["hi"]) throws -> JSONValue? {
      try encode(messages, tools: [Tool(name: "f")], options: ChatOptions(toolChoice: choice)).body["toolConfig"]
    }
    #expect(try config(.auto)?["toolChoice"] == ["auto": [:]])
    #expect(try config(.required)?["toolChoice"] == ["any": [:]])
    #expect(try config(.none) == nil)
    // Once tools were called, they must be named.
    let call = ContentPart.toolCall(ToolCall(id: "t", name: "f", arguments: "{}"))
    let messages: [Message] = ["hi", .assistant([call]), .toolResult(id: "t", "1")]
    #expect(try config(.none, messages)?["tools"]?.array?.count == 1)
    let none = try encode(options: ChatOptions(toolChoice: .required))
    #expect(none.body["toolConfig"] == nil && none.warnings.count == 1)
  }

  // MARK: The provider

  @Test func theProvider() {
    let provider = Provider.bedrock
    #expect(provider.authentication == .awsSignature(service: "bedrock") && provider.dialect == .bedrockConverse)
    #expect(provider.keyVariables == ["AWS_BEARER_TOKEN_BEDROCK"] && provider.needsKey)
    #expect(BedrockConverseDialect().authentication == BedrockInvokeAnthropicDialect().authentication)
  }
}
