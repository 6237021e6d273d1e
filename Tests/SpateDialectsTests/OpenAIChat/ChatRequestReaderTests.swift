// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import SpateTestSupport
import Testing

/// The server's side of a request: what the encoder writes is read as what it was.
@Suite struct ChatRequestReaderTests {
  private static func read(_ body: String) throws -> ChatRequest { try ChatRequestReader.read(Array(body.utf8)) }

  private static func read(message: String) throws -> Message {
    try read(#"{"model":"m","messages":[\#(message)]}"#).messages[0]
  }

  private static func options(_ members: String) throws -> ChatOptions {
    try read(#"{"model":"m","messages":[{"role":"user","content":"a"}],\#(members)}"#).options
  }

  @Test func smallestRequest() throws {
    let request = try Self.read(#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#)
    #expect(request == ChatRequest(model: "m", messages: ["hi"], isStream: false))
  }

  // MARK: Values

  @Test func D10_usageIsOnlyForThoseWhoAsk() throws {
    #expect(try Self.options(#""stream":true"#).streamUsage == false)
    #expect(try Self.options(#""stream":true,"stream_options":null"#).streamUsage == false)
    #expect(try Self.options(#""stream":true,"stream_options":{"include_usage":false}"#).streamUsage == false)
    let asked = try Self.options(#""stream":true,"stream_options":{"include_usage":true}"#)
    #expect(asked.streamUsage == true && asked.extra.isEmpty)
    let more = try Self.options(#""stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}"#)
    #expect(more.streamUsage == true && more.extra["stream_options"]?["include_obfuscation"] == false)
  }

  @Test func bothNamesOfTheLimit() throws {
    #expect(try Self.options(#""max_tokens":5"#).maxTokens == 5)
    #expect(try Self.options(#""max_completion_tokens":6"#).maxTokens == 6)
    let both = try Self.options(#""max_tokens":5,"max_completion_tokens":6"#)
    #expect(both.maxTokens == 6 && both.extra["max_tokens"] == 5)
  }

  @Test func bothFormsOfStopAndReasoning() throws {
    #expect(try Self.options(#""stop":"x""#).stop == ["x"])
    #expect(try Self.options(#""stop":["x","y"]"#).stop == ["x", "y"])
    #expect(try Self.options(#""reasoning_effort":"low""#).reasoning == .low)
    let object = try Self.options(#""reasoning":{"effort":"high"}"#)
    #expect(object.reasoning == .high && object.extra.isEmpty)
    let more = try Self.options(#""reasoning":{"effort":"high","exclude":true}"#)
    #expect(more.reasoning == .high && more.extra["reasoning"]?["exclude"] == true)
  }

  @Test func nullIsNothing() throws {
    let options = try Self.options(
      #""stream":null,"temperature":null,"stop":null,"n":null,"tools":null,"tool_choice":null,"metadata":null,"#
        + #""response_format":null,"reasoning":null,"user":null,"seed":null,"logprobs":null"#)
    #expect(options == ChatOptions())
  }

  @Test func unknownFieldsAreKept() throws {
    let options = try Self.options(#""verbosity":true,"prediction":{"type":"content"},"service_tier":"flex""#)
    #expect(options.extra == ["verbosity": true, "prediction": ["type": "content"], "service_tier": "flex"])
  }

  @Test func whatSaysMoreThanOurNamesIsKeptWhole() throws {
    let tools = #""tools":[{"type":"web_search"},{"type":"function","function":{"name":"f"}}]"#
    let request = try Self.read(#"{"model":"m","messages":[{"role":"user","content":"a"}],\#(tools)}"#)
    #expect(request.tools == [Tool(name: "f")])
    #expect(request.options.extra["tools"]?.array?.count == 2)
    let choice = try Self.options(#""tool_choice":{"type":"allowed_tools"}"#)
    #expect(choice.toolChoice == nil && choice.extra["tool_choice"]?["type"] == "allowed_tools")
    let format = try Self.options(#""response_format":{"type":"grammar","grammar":"x"}"#)
    #expect(format.responseFormat == nil && format.extra["response_format"]?["grammar"] == "x")
    let labels = try Self.options(#""metadata":{"a":"b","c":1}"#)
    #expect(labels.metadata == ["a": "b"] && labels.extra["metadata"]?["c"] == 1)
    // Encoding gives back what was kept.
    let body = try OpenAIChatDialect().encode(request, for: ChatRequestTests.plain).body
    #expect(try JSONValue(parsing: body)["tools"] == request.options.extra["tools"])
  }

  // MARK: Messages

  @Test func roles() throws {
    #expect(try Self.read(message: #"{"role":"developer","content":"a"}"#) == .system("a"))
    #expect(
      try Self.read(message: #"{"role":"user","content":["a",{"type":"text","text":"b"}],"name":"Ann"}"#)
        == Message(role: .user, content: [.text("a"), .text("b")], name: "Ann"))
    #expect(
      try Self.read(message: #"{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"b"}]}"#)
        == .toolResult(id: "c", "b"))
  }

  @Test func aModelsTurn() throws {
    let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}"#
    let message = try Self.read(
      message: #"{"role":"assistant","content":null,"reasoning":"hm","tool_calls":[\#(call)],"audio":null}"#)
    #expect(
      message
        == .assistant([.reasoning(Reasoning(text: "hm")), .toolCall(ToolCall(id: "c", name: "f", arguments: "{}"))]))
    #expect(
      try Self.read(message: #"{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#)
        == .assistant([.refusal("no")]))
    #expect(try Self.read(message: #"{"role":"assistant","content":""}"#) == .assistant(""))
    #expect(try Self.read(message: #"{"role":"assistant"}"#).content.isEmpty)
  }

  @Test func addressesThatAreNoBytesStayAddresses() throws {
    for url in ["https://a.example/x.png", "data:,hi", "data:image/png;base64,=a", "data:;base64,AAAA"] {
      let part = #"{"type":"image_url","image_url":{"url":"\#(url)"}}"#
      #expect(try Self.read(message: #"{"role":"user","content":[\#(part)]}"#).content == [.image(.url(url))])
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    ("", "no JSON"), ("{", "no JSON"), ("[]", "no JSON object"), ("{}", "no model"), (#"{"model":""}"#, "no model"),
    (#"{"model":1,"messages":[{}]}"#, "model must be text"), (#"{"model":"m"}"#, "no messages"),
    (#"{"model":"m","messages":[]}"#, "no messages"), (#"{"model":"m","messages":"hi"}"#, "no messages"),
    ("\u{FF}", "no JSON"), (#"{"model":"m","messages":[1]}"#, "messages[0] must be an object"),
    (#"{"model":"m","messages":[{}]}"#, "messages[0].role"),
    (#"{"model":"m","messages":[{"role":"boss","content":"a"}]}"#, "not boss"),
    (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content must be"),
    (#"{"model":"m","messages":[{"role":"user","content":[{"type":"video"}]}]}"#, "messages[0].content[0].type"),
    (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "content[0].text"),
    (#"{"model":"m","messages":[{"role":"tool","content":"a"}]}"#, "messages[0].tool_call_id"),
    (#"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}]}"#, "messages[0].tool_calls[0]"),
  ]) func refusesOthers(_ body: String, _ words: String) {
    let error = #expect(throws: SpateError.self) { try Self.read(body) }
    #expect(error?.code == .badRequest && error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: [
    #""temperature":"hot""#, #""n":0"#, #""n":1.5"#, #""max_tokens":0"#, #""stream":"yes""#, #""stop":[1]"#,
    #""stop":{}"#, #""tools":{}"#, #""tools":[{"type":"function"}]"#, #""seed":1e300"#, #""user":7"#,
    #""reasoning_effort":3"#, #""logprobs":2"#,
  ]) func aFieldOfAWrongKindIsNamed(_ member: String) {
    let error = #expect(throws: SpateError.self) { try Self.options(member) }
    let name = member.split(separator: "\"")[0]
    #expect(error?.code == .badRequest && error?.message.hasPrefix(name) == true, "\(error?.message ?? "")")
  }

  // MARK: Requests to bytes to requests

  @Test(arguments: SeededRandom.seeds(300)) func requestsToBytesToRequests(_ seed: UInt64) throws {
    var random = RandomRequest(seed: seed)
    let (request, provider) = random.make()
    let encoded = try OpenAIChatDialect().encode(request, for: provider)
    #expect(encoded.warnings.isEmpty, "seed \(seed)")
    let read = try ChatRequestReader.read(encoded.body)
    #expect(read == request, "seed \(seed)")
    // And what was read is written as the same bytes.
    let isSame = try OpenAIChatDialect().encode(read, for: provider).body == encoded.body
    #expect(isSame, "seed \(seed)")
  }
}
