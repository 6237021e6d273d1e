// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// A model's turn goes back as it came, in its own dialect; in another one what can not be carried is said.
@Suite struct TurnRoundTripTests {
  private static let ids = Dialects.builtIn.ids

  /// Who takes everything back.
  private static func provider(_ dialect: DialectID) -> Provider {
    Provider(
      id: "all", name: "All", baseURL: "http://localhost", dialect: dialect,
      quirks: [.replaysReasoningContent, .replaysReasoningDetails, .replaysExtraContent])
  }

  /// The answer as its server writes it, and as our client reads that.
  private func read(_ answer: SealedAnswer, _ dialect: any Dialect, whole: Bool = false) throws -> PartialResponse {
    let server = try #require(dialect.server)
    let request = ChatRequest(model: "m", messages: ["hi"])
    var writer = server.writer(for: request, start: SealedAnswer.start)
    let body = whole ? server.document(of: answer.events, for: request) : answer.events.flatMap { writer.bytes(of: $0) }
    let decoded = Decoded([body], dialect: dialect)
    #expect(decoded.failure == nil, "\(decoded.failure?.message ?? "")")
    return decoded.answer
  }

  private func next(
    _ turn: Message, in dialect: any Dialect
  ) throws(SpateError) -> (texts: [String], warnings: [StreamWarning]) {
    var talk = Conversation(["hi", turn])
    for call in talk.openCalls { talk.answer(call, "fine") }
    let encoded = try dialect.encode(
      ChatRequest(model: "m", messages: talk.messages), for: Self.provider(dialect.id))
    do throws(WireError) { return (texts(of: try JSONValue(parsing: encoded.body)), encoded.warnings) } catch {
      throw SpateError(.decode, "\(error)")
    }
  }

  @Test(arguments: ids) func N4_everyOpaqueTextGoesBack(_ id: DialectID) throws {
    let dialect = try #require(Dialects.builtIn[id])
    var (seals, calls) = (0, 0)
    for seed in SeededRandom.seeds(150) {
      let answer = SealedAnswer(id, seed: seed)
      for whole in [false, true] {
        let (texts, warnings) = try next(read(answer, dialect, whole: whole).message, in: dialect)
        for text in answer.opaque {
          let count = texts.count { $0 == text }
          #expect(count == 1, "\(id), seed \(seed), whole \(whole): \(text) \(count) times")
        }
        // With the call, and with its result.
        for callID in answer.callIDs {
          #expect(texts.count { $0 == callID } == 2, "\(id), seed \(seed), whole \(whole): \(callID)")
        }
        #expect(warnings.isEmpty, "\(id), seed \(seed): \(warnings.map(\.message))")
      }
      seals += answer.opaque.count
      calls += answer.callIDs.count
    }
    #expect(calls > 0 && (seals > 0 || [.ollama, .cohere].contains(id)))
  }

  /// Saved and loaded in between, nothing changes.
  @Test(arguments: ids) func conversationsAreSavedWithTheirSeals(_ id: DialectID) throws {
    let dialect = try #require(Dialects.builtIn[id])
    for seed in SeededRandom.seeds(20) {
      let talk = try Conversation(["hi", read(SealedAnswer(id, seed: seed), dialect).message])
      let loaded = try SavedConversation.loaded(talk)
      let isSame = try loaded == talk && loaded.exported(as: id) == talk.exported(as: id)
      #expect(isSame, "\(id), seed \(seed)")
    }
  }

  /// Every pair of dialects: another one's seals are not sent, and that is said; calls and their results stay together.
  @Test(arguments: ids) func acrossDialectsWhatIsLostIsSaid(_ from: DialectID) throws {
    let source = try #require(Dialects.builtIn[from])
    var warned = 0
    for to in Self.ids where to != from {
      let target = try #require(Dialects.builtIn[to])
      let isSameModel = Set([from, to]) == [.anthropic, .bedrockInvokeAnthropic]
      for seed in SeededRandom.seeds(40) {
        let answer = SealedAnswer(from, seed: seed)
        let turn = try read(answer, source).message
        let (texts, warnings) = try next(turn, in: target)
        let kept = answer.opaque.filter(texts.contains)
        if isSameModel {
          #expect(kept == answer.opaque && warnings.isEmpty, "\(from) to \(to), seed \(seed)")
          continue
        }
        #expect(kept.isEmpty, "\(from) to \(to), seed \(seed): \(kept)")
        #expect(answer.opaque.isEmpty || !warnings.isEmpty, "\(from) to \(to), seed \(seed): nothing is said")
        warned += warnings.isEmpty ? 0 : 1
        let words = [texts.joined(), turn.text].map { $0.ranges(of: "Grüße").count }
        #expect(words[0] == words[1], "\(from) to \(to), seed \(seed): words are lost")
        for call in turn.toolCalls {
          #expect(texts.contains(call.name), "\(from) to \(to), seed \(seed): \(call.name)")
        }
      }
    }
    #expect(warned > 0 || [.ollama, .cohere].contains(from))
  }

  // MARK: Ids of ours

  /// Gemini and Ollama name calls, and give them no ids: ours stay here (rule D22).
  @Test func D22_mintedIdsStayHere() throws {
    let gemini =
      #"data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}],"#
      + #""role":"model"},"finishReason":"STOP"}],"responseId":"r1"}"# + "\n\n"
    let ollama =
      #"{"model":"m","created_at":"2025-08-08T10:00:00Z","message":{"role":"assistant","content":"","tool_calls":["#
      + #"{"function":{"name":"f","arguments":{}}},{"function":{"name":"g","arguments":{}}}]},"done":false}"# + "\n"
      + #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"# + "\n"
    for (dialect, body) in [(GeminiDialect(), gemini), (OllamaDialect(), ollama)] as [(any Dialect, String)] {
      let turn = Decoded(body, dialect: dialect).answer
      #expect(turn.toolCalls.count == 2 && Set(turn.toolCalls.map(\.id)).count == 2)
      var talk = Conversation(["hi", turn.message])
      // In the other order: a result must find its own call.
      for call in turn.toolCalls.reversed() { talk.answer(call, "of \(call.name)") }
      #expect(talk.openCalls.isEmpty)
      let encoded = try dialect.encode(
        ChatRequest(model: "m", messages: talk.messages), for: Self.provider(dialect.id))
      let body = String(decoding: encoded.body, as: UTF8.self)
      for call in turn.toolCalls { #expect(!body.contains(call.id), "\(dialect.id): \(body)") }
      let results = try JSONValue(parsing: body)
      let said: [[String?]]
      if dialect.id == .gemini {
        said = (results["contents"]?[2]?["parts"]?.array ?? []).map {
          [$0["functionResponse"]?["name"]?.string, $0["functionResponse"]?["response"]?["output"]?.string]
        }
      } else {
        said = (results["messages"]?.array ?? []).dropFirst(2).map { [$0["tool_name"]?.string, $0["content"]?.string] }
      }
      #expect(said == [["g", "of g"], ["f", "of f"]])
      // A dialect that wants ids gets them.
      let chat = try talk.exported(as: .openAIChat).messages
      #expect(chat[1]?["tool_calls"]?[1]?["id"] == chat[2]?["tool_call_id"])
      #expect(chat[1]?["tool_calls"]?[0]?["id"] == chat[3]?["tool_call_id"])
    }
  }

  /// Ids that a provider did give go back, whatever they are.
  @Test func D22_idsOfTheProviderGoBack() throws {
    let ollama =
      #"{"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_9","function":"#
      + #"{"name":"f","arguments":{}}}]},"done":true,"done_reason":"stop"}"# + "\n"
    let turn = Decoded(ollama, dialect: OllamaDialect()).answer.message
    let (texts, _) = try next(turn, in: OllamaDialect())
    #expect(texts.count { $0 == "call_9" } == 2)
  }
}
