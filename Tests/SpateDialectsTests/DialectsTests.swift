// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The registry, and a dialect of one's own.
@Suite struct DialectsTests {
  private struct Own: Dialect {
    var id: DialectID = "own"
    func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
      EncodedRequest(path: "/own", body: [])
    }
    func decoder(for context: ResponseContext) -> any ResponseDecoder { OpenAIChatDialect().decoder(for: context) }
  }

  @Test func namesAreUniqueAndFound() {
    let ids = Dialects.builtIn.ids
    #expect(Set(ids).count == ids.count && ids.contains(.openAIChat))
    for id in ids { #expect(Dialects.builtIn[id]?.id == id) }
    #expect(Dialects.builtIn["own"] == nil)
  }

  @Test func ownDialectsAreAddedOrTakeTheirPlace() {
    let dialects = Dialects.builtIn.adding(Own())
    #expect(dialects["own"] is Own && dialects.ids == Dialects.builtIn.ids + ["own"])
    let replaced = Dialects.builtIn.adding(Own(id: .openAIChat))
    #expect(replaced[.openAIChat] is Own && replaced.ids == Dialects.builtIn.ids)
  }

  @Test func serversAreFoundByPath() {
    func server(_ method: String, _ path: String) -> (any ServerDialect)? {
      Dialects.builtIn.server(for: ServedRequest(method: method, path: path, body: []))
    }
    #expect(server("POST", "/v1/chat/completions")?.idPrefix == "chatcmpl-")
    #expect(server("GET", "/v1/chat/completions") == nil && server("POST", "/v1/nothing") == nil)
    let models = Dialects.builtIn.modelServer(for: ServedRequest(method: "GET", path: "/v1/models", body: []))
    #expect(models != nil)
  }

  @Test func aDialectWithoutAListSaysSo() {
    let error = #expect(throws: SpateError.self) {
      try Own().encodeModelList(for: .openAI)
    }
    #expect(error?.code == .unsupportedProvider)
  }
}
