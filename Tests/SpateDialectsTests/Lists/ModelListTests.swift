// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Lists of models: their pages, and what they say that a model can do.
@Suite struct ModelListTests {
  private func page(_ dialect: any Dialect, _ body: String) throws -> ModelPage {
    try dialect.decodeModelList(Array(body.utf8))
  }

  // MARK: Pages

  @Test func pagesAreNamedAsEachProviderDoes() throws {
    let anthropic = #"{"data":[{"id":"a"}],"has_more":true,"last_id":"a/b c"}"#
    #expect(try page(AnthropicDialect(), anthropic).next == "a/b c")
    #expect(try page(AnthropicDialect(), #"{"data":[{"id":"a"}],"has_more":false,"last_id":"a"}"#).next == nil)
    #expect(try page(AnthropicDialect(), #"{"data":[],"has_more":true,"last_id":null}"#).next == nil)
    let asked = try AnthropicDialect().encodeModelList(for: .anthropic, page: "a/b c")
    #expect(asked.path == "/v1/models?limit=1000&after_id=a%2Fb%20c")

    #expect(try page(GeminiDialect(), #"{"models":[{"name":"models/a"}],"nextPageToken":"t=="}"#).next == "t==")
    #expect(try page(GeminiDialect(), #"{"nextPageToken":"t"}"#) == ModelPage([], next: "t"))
    #expect(try page(GeminiDialect(), #"{"models":[],"nextPageToken":""}"#).next == nil)
    let next = try GeminiDialect().encodeModelList(for: .gemini, page: "t==")
    #expect(next.path == "/v1beta/models?pageSize=1000&pageToken=t%3D%3D")

    #expect(try page(CohereDialect(), #"{"models":[{"name":"a"}],"next_page_token":"é&"}"#).next == "é&")
    let other = try CohereDialect().encodeModelList(for: .cohere, page: "é&")
    #expect(other.path == "/v1/models?endpoint=chat&page_size=1000&page_token=%C3%A9%26")
    #expect(try page(OpenAIChatDialect(), #"{"data":[{"id":"a"}]}"#) == page(MistralDialect(), #"[{"id":"a"}]"#))
  }

  /// What our own servers cut, our clients put together again; no page is skipped, none comes twice.
  @Test(
    arguments: [
      (AnthropicDialect() as any Dialect, Provider.anthropic, 2500), (GeminiDialect(), .gemini, 1000),
      (CohereDialect(), .cohere, 1001), (OllamaDialect(), .ollama, 1500), (MistralDialect(), .mistral, 1500),
    ] as [(any Dialect, Provider, Int)])
  func pagesOfAServerMakeTheWholeList(dialect: any Dialect, provider: Provider, count: Int) throws {
    let all = (0..<count).map { ModelInfo(id: "m/\($0)&=ü") }
    let server = try #require(dialect.server)
    var (read, next, pages): ([String], String?, Int) = ([], nil, 0)
    repeat {
      let request = try dialect.encodeModelList(for: provider, page: next)
      let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
      let asked = ServedRequest(
        method: "GET", path: parts[0], query: parts.count > 1 ? parts[1] : nil, fields: request.fields, body: [])
      let page = try dialect.decodeModelList(server.modelList(all, for: asked))
      read += page.models.map(\.id)
      next = page.next
      pages += 1
    } while next != nil && pages < 10
    // Google's names of models are the ends of paths.
    let ids = all.map { dialect.id == .gemini ? String($0.id.dropFirst(2)) : $0.id }
    let isWhole = read == ids
    #expect(isWhole && pages == (dialect.id == .ollama || dialect.id == .mistral ? 1 : (count + 999) / 1000))
  }

  @Test(
    arguments: [
      (nil, 20, true), ("limit=5", 5, true), ("limit=0", 1, true), ("limit=x", 20, true), ("limit=99999", 30, false),
      ("after_id=m%2F29", 0, false), ("after_id=nobody", 0, false), ("limit=10&after_id=m/19", 10, false),
    ] as [(String?, Int, Bool)])
  func serversCutPages(query: String?, count: Int, hasMore: Bool) throws {
    let all = (0..<30).map { ModelInfo(id: "m/\($0)") }
    let server = try #require(AnthropicDialect().server)
    let asked = ServedRequest(method: "GET", path: "/v1/models", query: query, body: [])
    let page = try AnthropicDialect().decodeModelList(server.modelList(all, for: asked))
    #expect(page.models.count == count && (page.next != nil) == hasMore)
  }

  // MARK: Capabilities

  private func listed(_ dialect: any Dialect, _ entry: String, inside list: String = "data") throws -> ModelInfo {
    try #require(try page(dialect, #"{"\#(list)":[\#(entry)]}"#).models.first)
  }

  @Test func openRouterSaysModalitiesAndParameters() throws {
    let entry = #"""
      {"id":"a/b","context_length":10,"architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},
       "supported_parameters":["tools","reasoning","response_format","temperature"]}
      """#
    let model = try listed(OpenAIChatDialect(), entry)
    let expected = ModelCapabilities(
      can: [.chat, .images, .tools, .reasoning, .json],
      cannot: [.files, .audio, .imageOutput, .audioOutput, .schema])
    #expect(model.capabilities == expected)
  }

  @Test func mistralSaysCapabilities() throws {
    let entry = #"""
      {"id":"m","capabilities":{"completion_chat":true,"function_calling":false,"vision":true,"audio":false,"ocr":true}}
      """#
    let expected = ModelCapabilities(can: [.chat, .images], cannot: [.tools, .audio])
    #expect(try listed(MistralDialect(), entry).capabilities == expected)
  }

  @Test func anthropicSaysCapabilitiesAndLimits() throws {
    let entry = #"""
      {"id":"c","display_name":"C","created_at":"2026-02-04T00:00:00Z","max_input_tokens":200000,"max_tokens":64000,
       "capabilities":{"image_input":{"supported":true},"pdf_input":{"supported":false},
        "structured_outputs":{"supported":true},"thinking":{"supported":true,"types":{"adaptive":{"supported":true}}},
        "effort":{"supported":true,"low":{"supported":true},"max":{"supported":true},"medium":{"supported":false}}}}
      """#
    let model = try listed(AnthropicDialect(), entry)
    let expected = ModelCapabilities(
      can: [.images, .schema, .reasoning], cannot: [.files], efforts: [.low, .max])
    #expect(model.capabilities == expected)
    #expect(model.contextLength == 200_000 && model.outputLimit == 64_000 && model.created == 1_770_163_200)
  }

  @Test func geminiSaysMethodsAndThinking() throws {
    let chat = #"{"name":"models/a","supportedGenerationMethods":["generateContent","countTokens"],"thinking":true}"#
    let model = try listed(GeminiDialect(), chat, inside: "models")
    #expect(model.capabilities == ModelCapabilities(can: [.chat, .reasoning]))
    let embed = #"{"name":"models/e","supportedGenerationMethods":["embedContent"]}"#
    let other = try listed(GeminiDialect(), embed, inside: "models")
    #expect(other.capabilities == ModelCapabilities(cannot: [.chat]))
  }

  @Test func wordsAndFlags() throws {
    let cohere = #"{"name":"c","endpoints":["chat"],"features":["tools","json_mode"],"supports_vision":false}"#
    #expect(
      try listed(CohereDialect(), cohere, inside: "models").capabilities
        == ModelCapabilities(can: [.chat, .tools, .json], cannot: [.images]))
    let ollama = #"{"name":"o","capabilities":["completion","vision","thinking"]}"#
    #expect(
      try listed(OllamaDialect(), ollama, inside: "models").capabilities
        == ModelCapabilities(can: [.chat, .images, .reasoning]))
    let fireworks = #"{"id":"f","supports_chat":true,"supports_image_input":false,"supports_tools":true}"#
    #expect(
      try listed(OpenAIChatDialect(), fireworks).capabilities
        == ModelCapabilities(can: [.chat, .tools], cannot: [.images]))
    #expect(try listed(OpenAIChatDialect(), #"{"id":"p"}"#).capabilities.isEmpty)
  }

  /// Foreign forms of the same names are no reason to fail.
  @Test(arguments: [
    #"{"id":"p","capabilities":"chat","architecture":"x","supported_parameters":{},"features":null,"endpoints":[{}]}"#,
    #"{"id":"p","capabilities":{"image_input":true,"thinking":null,"effort":{}},"supports_tools":"yes"}"#,
    #"{"id":"p","capabilities":[1,null,{}],"architecture":{"input_modalities":"text"}}"#,
  ])
  func otherFormsSayNothing(entry: String) throws {
    #expect(try listed(OpenAIChatDialect(), entry).capabilities.isEmpty)
  }
}
