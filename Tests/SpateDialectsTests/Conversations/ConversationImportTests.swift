// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// Conversations from the JSON of a dialect and to it.
@Suite struct ConversationImportTests {
  private func read(_ json: String, _ id: DialectID) throws -> ImportedConversation {
    try Conversation.imported(Array(json.utf8), from: id)
  }

  // MARK: The same dialect

  @Test(arguments: CanonicalConversations.all.indices) func whatIsReadIsWrittenAgain(_ place: Int) throws {
    let (id, json) = CanonicalConversations.all[place]
    let read = try read(json, id)
    #expect(read.warnings.isEmpty, "\(read.warnings.map(\.message))")
    let written = try read.conversation.exported(as: id)
    #expect(written.warnings.isEmpty, "\(written.warnings.map(\.message))")
    let isSame = try JSONValue.object(written.fields) == JSONValue(parsing: json)
    #expect(isSame, "\(id): \(String(decoding: written.json, as: UTF8.self))")
    #expect(try JSONValue(parsing: written.json) == .object(written.fields))
  }

  /// The bare list, and a whole request with options that belong to other things.
  @Test(arguments: CanonicalConversations.all.indices) func bareListsAndWholeRequests(_ place: Int) throws {
    let (id, json) = CanonicalConversations.all[place]
    let wanted = try read(json, id).conversation
    let fields = try #require(JSONValue(parsing: json).object)
    let list = try wanted.exported(as: id).messages
    let bare = try Conversation(importing: list.bytes, from: id)
    #expect(bare.messages == wanted.messages.filter { $0.role != .system } || bare == wanted)
    var request: JSONObject = [
      "model": "some", "temperature": "hot", "tools": [1], "stream": true, "max_tokens": -1, "metadata": nil,
      "generationConfig": [:],
    ]
    request.merge(fields)
    #expect(try Conversation(importing: JSONValue.object(request).bytes, from: id) == wanted)
  }

  // MARK: What is wrong

  @Test(
    arguments: [
      (
        .openAIChat, #"[{"role":"user","content":"a"},{"role":"user","content":[{"type":"hologram"}]}]"#,
        "messages[1].content[0].type"
      ),
      (.openAIChat, #"{"messages":[{"role":"king","content":"a"}]}"#, "messages[0].role"),
      (.openAIChat, #"{"messages":[{"role":"tool","content":"a"}]}"#, "messages[0].tool_call_id"),
      (.openAIChat, #"{"messages":7}"#, "messages"), (.openAIChat, #"{"model":"m"}"#, "messages"),
      (.openAIChat, "7", "messages"), (.openAIChat, "{", "JSON"), (.openAIChat, "", "JSON"),
      (.anthropic, #"[{"role":"user","content":[{"type":"text"}]}]"#, "messages[0].content[0].text"),
      (.anthropic, #"{"system":7,"messages":[{"role":"user","content":"a"}]}"#, "system"),
      (
        .anthropic, #"[{"role":"user","content":[{"type":"image","source":{"type":"base64"}}]}]"#,
        "messages[0].content[0].source"
      ),
      (.gemini, #"[{"role":"user","parts":[{"text":"a"},{"text":7}]}]"#, "contents[0].parts[1].text"),
      (.gemini, #"[{"role":"king","parts":[]}]"#, "contents[0].role"),
      (.openAIResponses, #"[{"role":"user","content":[{"type":"input_text","text":7}]}]"#, "input[0].content[0].text"),
      (.bedrockConverse, #"[{"role":"user","content":[{"text":7}]}]"#, "messages[0].content[0].text"),
      (.ollama, #"[{"role":"user","images":[7]}]"#, "messages[0].images"),
      (.cohere, #"[{"role":"user","content":[{"type":"hologram"}]}]"#, "messages[0].content[0].type"),
      (.mistral, #"[{"role":"king","content":"a"}]"#, "messages[0].role"),
    ] as [(DialectID, String, String)]) func errorsNameThePlace(_ id: DialectID, _ json: String, _ place: String)
  {
    let error = #expect(throws: SpateError.self) { try read(json, id) }
    #expect(error?.code == .badRequest && error?.message.contains(place) == true, "\(error?.message ?? "")")
  }

  @Test func otherDialectsAreNamed() {
    let error = #expect(throws: SpateError.self) { try read("[]", "klingon") }
    #expect(error?.code == .unsupportedProvider && error?.message.contains("openai-chat") == true)
    #expect(throws: SpateError.self) { try Conversation(["hi"]).exported(as: "klingon") }
  }

  /// What has no place here is left out, and said with its place.
  @Test(
    arguments: [
      (.openAIChat, #"[{"role":"user","content":"a","mood":"gay"}]"#, ["messages[0].mood"]),
      (
        .openAIChat,
        #"[{"role":"user","content":"a"},{"role":"assistant","content":"b","audio":{"id":"a1"},"weight":1}]"#,
        ["messages[1].audio.id", "messages[1].weight"]
      ),
      (
        .openAIChat,
        #"[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"x":null,"y":false,"z":""}]"#,
        []
      ),
      (
        .openAIResponses, #"[{"role":"user","content":[{"type":"input_text","text":"a","tone":"low"}]}]"#,
        ["input[0].content[0].tone"]
      ),
      (.anthropic, #"[{"role":"user","content":"a","mood":"gay"}]"#, ["messages[0].mood"]),
      (
        .gemini, #"{"system_instruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"text":"a"}],"mood":"gay"}]}"#,
        ["contents[0].mood"]
      ),
      (.ollama, #"[{"role":"user","content":"a","mood":["gay"]}]"#, ["messages[0].mood[0]"]),
      (.bedrockConverse, #"[{"role":"user","content":[{"text":"a"}],"mood":"gay"}]"#, ["messages[0].mood"]),
    ] as [(DialectID, String, [String])]) func whatIsNotReadIsSaid(_ id: DialectID, _ json: String, _ places: [String])
    throws
  {
    let read = try read(json, id)
    #expect(read.warnings.map { String($0.message.prefix { $0 != " " }) } == places, "\(read.warnings)")
    #expect(read.warnings.allSatisfy { $0.code == .ignoredValue })
  }

  @Test func longListsOfLossesEnd() throws {
    let entry = #"{"role":"user","content":"a","mood":"gay"}"#
    let json = "[" + Array(repeating: entry, count: 200).joined(separator: ",") + "]"
    let warnings = try read(json, .openAIChat).warnings
    #expect(warnings.count == 21 && warnings.last?.message.hasPrefix("what stands at 180 more places") == true)
  }

  // MARK: Across dialects

  /// What both have comes back: words, calls and results with their ids, images.
  @Test(arguments: Dialects.builtIn.ids) func thereAndBackKeepsWhatBothHave(_ id: DialectID) throws {
    let json =
      #"[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"},{"role":"assistant","content":"Let me see.","#
      + #""tool_calls":[{"id":"c00000001","type":"function","function":{"name":"f","arguments":"{\"x\":[1,\"é\"]}"}}]},"#
      + #"{"role":"tool","tool_call_id":"c00000001","content":"42"},{"role":"assistant","content":"Done."}]"#
    let first = try Conversation(importing: Array(json.utf8), from: .openAIChat)
    let there = try first.exported(as: id)
    #expect(there.warnings.isEmpty, "\(id): \(there.warnings.map(\.message))")
    let back = try Conversation(importing: there.json, from: id).exported(as: .openAIChat)
    // Gemini keeps its own ids, and gave none: ours are others, and still fit together.
    guard id == .gemini else {
      #expect(try back.messages == JSONValue(parsing: json), "\(id): \(back.messages)")
      return
    }
    #expect(back.messages[2]?["tool_calls"]?[0]?["id"] == back.messages[3]?["tool_call_id"])
    #expect(
      back.messages[2]?["tool_calls"]?[0]?["function"]
        == (try JSONValue(parsing: json))[2]?["tool_calls"]?[0]?["function"])
    #expect(back.messages[3]?["content"] == "42" && back.messages[4]?["content"] == "Done.")
  }

  @Test func anthropicToOpenAISaysWhatItLeaves() throws {
    let json = CanonicalConversations.all.first { $0.0 == .anthropic }?.1 ?? ""
    let talk = try read(json, .anthropic).conversation
    let chat = try talk.exported(as: .openAIChat)
    let said = chat.warnings.map(\.message).joined(separator: "\n")
    for word in [
      "seals of another dialect's thoughts", "tools that a provider ran itself", "cache points", "a tool that failed",
    ] {
      #expect(said.contains(word), "\(word) in \(said)")
    }
    #expect(chat.messages[2]?["tool_calls"]?[0]?["function"]?["arguments"] == #"{"x":1.0}"#)
  }

  /// With a provider it is written for that one.
  @Test func aProvidersWaysCount() throws {
    let talk: Conversation = ["hi", .assistant([.reasoning(Reasoning(text: "hm")), "yo"])]
    #expect(try talk.exported(as: .openAIChat).messages[1]?["reasoning_content"] == "hm")
    #expect(try talk.exported(as: .openAIChat, for: .openAI).messages[1]?["reasoning_content"] == nil)
  }

  @Test func emptyConversations() throws {
    for id in Dialects.builtIn.ids {
      let written = try Conversation().exported(as: id)
      #expect(written.messages == [] && written.warnings.isEmpty)
      #expect(try Conversation(importing: written.json, from: id) == Conversation())
    }
  }

  // MARK: Hostile input

  /// Bytes that are no conversation are refused in words, and damaged ones are read or refused: nothing traps.
  @Test func damagedConversationsAreReadOrRefused() throws {
    var (readable, refused) = (0, 0)
    for (id, json) in CanonicalConversations.all {
      let bytes = Array(json.utf8)
      for seed in SeededRandom.seeds(150) {
        var random = SeededRandom(seed: seed)
        var spoiled = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: spoiled.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: spoiled[place] = UInt8.random(in: 0...255, using: &random)
          case 1: spoiled.remove(at: place)
          case 2: spoiled.replaceSubrange(place..<min(place + 4, spoiled.count), with: Array("null".utf8))
          default: spoiled.replaceSubrange(place..<min(place + 2, spoiled.count), with: Array("[]".utf8))
          }
        }
        do throws(SpateError) {
          let read = try Conversation.imported(spoiled, from: id)
          readable += 1
          // Whoever can read it can say it again, or says why not.
          do throws(SpateError) { _ = try read.conversation.exported(as: id) } catch {
            #expect(!error.message.isEmpty)
          }
        } catch {
          refused += 1
          #expect(
            !error.message.isEmpty && [.badRequest, .unsupportedProvider].contains(error.code), "\(id), seed \(seed)")
        }
      }
      for seed in SeededRandom.seeds(50) {
        var random = SeededRandom(seed: seed)
        let noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(throws: SpateError.self) { try Conversation.imported(noise, from: id) }
      }
    }
    #expect(readable > 20 && refused > 20)
  }
}
