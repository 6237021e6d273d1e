// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Spate

/// The guides show code that compiles and runs: each piece of it stands in one of the files beside this one.
@Suite(.timeLimit(.minutes(10))) struct DocumentationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  private func client(_ answer: ScriptedAnswer = .text("Hel", "lo. ", "Bye")) -> Client {
    Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]),
      transport: ScriptedTransport(answer))
  }

  private var streaming: StreamingSnippets {
    StreamingSnippets(client: client(), stream: client().stream("Hi", model: "m"))
  }

  /// The lines of a source without their indentation.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test(arguments: [
    ("quick-start", "QuickStartSnippets", 6), ("streaming", "StreamingSnippets", 6),
    ("profiles", "ProfilesSnippets", 2), ("usage-and-cost", "UsageSnippets", 4),
    ("recovery", "RecoverySnippets", 2), ("tools", "ToolSnippets", 7),
    ("conversations", "ConversationSnippets", 5), ("typed-output", "TypedOutputSnippets", 7),
    ("reasoning", "ReasoningSnippets", 3), ("media", "MediaSnippets", 2),
  ])
  func eachPieceOfCodeIsCompiled(guide: String, file: String, atLeast: Int) throws {
    let path = Self.folder.appending(path: "../../../docs/\(guide).md").standardized
    let blocks = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
    let code = lines(try String(contentsOf: Self.folder.appending(path: "\(file).swift"), encoding: .utf8))
    #expect(blocks.count >= atLeast)
    for block in blocks {
      let piece = lines(block.components(separatedBy: "```")[0])
      let isThere = code.indices.contains { code[$0...].starts(with: piece) }
      #expect(isThere, "not in \(file).swift: \(piece.first ?? "")")
    }
  }

  @Test func quickStart() async throws {
    #expect(try await QuickStartSnippets.printing { client() } == "Hello. Bye")
    try await QuickStartSnippets.words(client())
    let turns = try await QuickStartSnippets.conversation(client())
    #expect(turns.map(\.role) == [.system, .user, .assistant, .user])
    let cut = ScriptedAnswer([.head(200), .body(ChatBytes.text("half"))])
    let said = Watched("")
    try await QuickStartSnippets.errors(client(cut)) { text in said.update { $0 += text } }
    #expect(said.now.contains("truncated") && said.now.hasSuffix("so far: half"))
    try QuickStartSnippets.script(client())
    #expect(try await QuickStartSnippets.offline() == "Once upon a time")
  }

  @Test func usageAndCost() async throws {
    try await UsageSnippets.tokens(client())
    let stream = client().stream("Hi", model: "m")
    UsageSnippets.cost(try await stream.response)
    UsageSnippets.estimate(stream)
    #expect(UsageSnippets.prices().price(of: "qwen3", at: "compatible")?.rates.output == 1.5)
    let budget = try #require(UsageSnippets.budget())
    #expect(budget.dollarsLeft == 5)
    try await UsageSnippets.refused(client(), budget)
  }

  @Test func recovery() async throws {
    _ = RecoverySnippets.policies()
    #expect(try await RecoverySnippets.restarts(client()) == "Hello. Bye")
  }

  @Test func tools() async throws {
    let calls = ChatBytes.calls([("get_weather", #"{"city":"Oslo"}"#)])
    func client() -> Client { ToolBench(.stream(calls), ToolBench.done).client }
    try await ToolSnippets.first(client())
    #expect(try ToolSnippets.schemas().map { $0["required"] } == [["city", "from"], ["city", "from", "unit"]])
    #expect(ToolSnippets.kinds().allSatisfy { $0.problem == nil })
    let talk = try await ToolSnippets.events(client(), [ToolSnippets.weather])
    #expect(talk.messages.map(\.role) == [.user, .assistant, .tool, .assistant])
    let stream = ToolSnippets.approving(client(), [ToolSnippets.weather]) { _ in false }
    #expect(try await stream.response.rounds.count == 1)
    #expect(ToolSnippets.hooks().stopWhen != nil && ToolSnippets.failing().failsOn.count == 2)
    let imported = try ToolSnippets.imported([["name": "now"]]) { _, _ in [:] }
    #expect(imported.map(\.definition.name) == ["now"])
  }

  @Test func profiles() {
    let (model, provider) = ProfilesSnippets.profiles()
    #expect(model.profile == ModelProfile() && model.client.profiles.profile(of: "house-model-1", at: .openAI) != nil)
    #expect(provider.profile(of: "qwen3-32b").rules == [.temperature: .within(0...1)])
    #expect(ProfilesSnippets.routing().routing.provider(named: "house")?.name == "House")
  }

  @Test func typedOutput() async throws {
    func client() -> Client {
      let json = #"{"title": "Bread", "minutes": null, "steps": ["Mix"]}"#
      return Client(environment: .fixed(["OPENAI_API_KEY": "k"]), transport: ScriptedTransport(.text(json)))
    }
    func stream() -> TypedStream<TypedOutputSnippets.Recipe> {
      client().stream("Bread", model: "gpt-4o", as: TypedOutputSnippets.Recipe.self)
    }
    #expect(try await TypedOutputSnippets.value(client()).title == "Bread")
    #expect(try await TypedOutputSnippets.drafts(client()).steps == ["Mix"])
    try await TypedOutputSnippets.elements(stream())
    try await TypedOutputSnippets.text(stream())
    try await TypedOutputSnippets.failing(stream())
    try await TypedOutputSnippets.tools(client())
  }

  @Test func reasoning() async throws {
    try await ReasoningSnippets.tags(client(.text("<thi", "nk>Hm.</think>", "51")))
  }

  @Test func conversations() async throws {
    let talk = try await ConversationSnippets.talking(client())
    #expect(talk.messages.map(\.role) == [.system, .user, .assistant, .user] && talk.messages[2].text == "Hello. Bye")
    // The same bodies as a literal and as messages: one of the overloads is meant, and it is found.
    #expect(try await client().respond(to: talk, model: "m").text == "Hello. Bye")
    #expect(try await client().stream(["Hi", .assistant("a"), "b"], model: "m").response.text == "Hello. Bye")
    #expect(try ConversationSnippets.saved(talk) == talk)
    #expect(try await ConversationSnippets.tools(client(), talk).messages.count == 5)
    let bytes = Array(#"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"hi"}]}"#.utf8)
    let moved = try JSONValue(parsing: ConversationSnippets.moved(bytes))
    #expect(moved == ["system": "s", "messages": [["role": "user", "content": "hi"]]])
  }

  @Test func views() async throws {
    #expect(try await streaming.events().isEmpty)
    #expect(try await streaming.chunks() == "Hello. Bye")
    #expect(try await streaming.openAI().count == 5)
    #expect(try await streaming.native().hasSuffix("[DONE]"))
    let path = NSTemporaryDirectory() + "spate-\(UInt64.random(in: 0 ... .max)).txt"
    try await streaming.printing(path: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "Hello. Bye")
    try FileManager.default.removeItem(atPath: path)
    #expect(try await streaming.spinning() == "stop")
    #expect(try await streaming.batches() == "Hello. Bye")
    #expect(try await streaming.sentences() == "Hello. Bye")
    #expect(try await streaming.merged() == ["gpt-4o": "Hello. Bye", "grok-4": "Hello. Bye"])
    #expect(try await streaming.scoped() == "Hel")
  }
}
