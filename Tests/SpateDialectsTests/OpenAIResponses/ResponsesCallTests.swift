// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Calls of the user's tools, and tools that run at the provider: rules D22, N15, T1, T6, T7, T8.
@Suite struct ResponsesCallTests {
  private typealias Body = ResponsesBodies

  private func call(_ index: Int, _ id: String, _ name: String, _ arguments: String = "") -> String {
    Body.added(
      #""type":"function_call","id":"fc_\#(index)","call_id":"\#(id)","name":"\#(name)","arguments":"""#, index)
  }

  @Test func T1_parallelCallsInterleaved() {
    let got = Body.read(
      Body.created, call(0, "a", "f"), call(1, "b", "g"), Body.arguments(#"{\"x\""#, item: 0),
      Body.arguments("{}", item: 1), Body.arguments(":1}", item: 0),
      Body.event("response.function_call_arguments.done", #""output_index":0,"arguments":"{\"x\":1}""#),
      Body.done(
        #""type":"function_call","id":"fc_0","call_id":"a","name":"f","arguments":"{\"x\":1}","status":"completed""#, 0),
      Body.end())
    #expect(
      got.script == [
        "call 0 a f", "call 1 b g", #"input 0 {"x""#, "input 1 {}", "input 0 :1}", #"called a f {"x":1}"#,
        "called b g {}", "finish tool_calls",
      ])
    #expect(got.answer.toolCalls[0].seal?.details == ["id": "fc_0", "status": "completed"])
    #expect(got.answer.nativeFinish == "completed")
  }

  /// Only `done`, only the item, pieces that lack the end, or nothing but the whole response.
  @Test(arguments: [
    [ResponsesBodies.event("response.function_call_arguments.done", #""output_index":0,"arguments":"{\"x\":1}""#)],
    [ResponsesBodies.arguments(#"{\"x"#)],
    [ResponsesBodies.event("response.function_call_arguments.delta", #""item_id":"fc_0","delta":"{\"x\":1}""#)],
    [],
  ]) func N15_argumentsAreFilled(_ events: [String]) {
    let item = #""type":"function_call","id":"fc_0","call_id":"a","name":"f","arguments":"{\"x\":1}""#
    for form in 0...2 {
      let got = Body.read(
        Body.created, form == 2 ? "" : call(0, "a", "f"), events.joined(), form == 1 ? "" : Body.done(item),
        Body.end("completed", #""output":[{\#(item)}]"#))
      #expect(got.answer.toolCalls.map(\.arguments) == [#"{"x":1}"#] && got.answer.toolCalls[0].isComplete)
      #expect(got.answer.toolCalls[0].name == "f")
      let pieces = got.events.compactMap { if case .toolInputDelta(let delta) = $0 { delta.arguments } else { nil } }
      #expect(pieces.joined() == #"{"x":1}"#)
    }
  }

  @Test func N15_wholeArgumentsCountWhereTheyDiffer() {
    let got = Body.read(
      Body.created, call(0, "a", "f"), Body.arguments(#"{\"y\":2}"#),
      Body.done(#""type":"function_call","id":"fc_0","call_id":"a","name":"f","arguments":"{\"x\":1}""#), Body.end())
    #expect(got.answer.toolCalls.map(\.arguments) == [#"{"x":1}"#])
  }

  @Test func T6_noArguments() {
    let got = Body.read(Body.created, call(0, "a", "f"), Body.end())
    #expect(got.answer.toolCalls[0].value == [:] && got.answer.toolCalls[0].isComplete)
  }

  @Test func T7_brokenArguments() {
    let got = Body.read(Body.created, call(0, "a", "f"), Body.arguments("{oops"), Body.end())
    #expect(!got.answer.toolCalls[0].isComplete && got.warnings == [.malformedArguments])
    #expect(got.answer.toolCalls[0].arguments == "{oops")
  }

  @Test func T8_callsOfAnIncompleteAnswerAreNotRun() {
    for reason in ["max_output_tokens", "content_filter", "new"] {
      let got = Body.read(
        Body.created, call(0, "a", "f"), Body.arguments("{}"),
        Body.end("incomplete", #""incomplete_details":{"reason":"\#(reason)"}"#))
      #expect(got.answer.toolCalls.map(\.isComplete) == [false] && got.answer.outcome != .complete)
    }
    let cut = Body.read(Body.created, call(0, "a", "f"), Body.arguments("{}"))
    #expect(cut.failure?.code == .truncated && cut.answer.toolCalls.map(\.isComplete) == [false])
    let broken = Body.read(
      Body.created, call(0, "a", "f"),
      Body.done(#""type":"function_call","call_id":"a","name":"f","arguments":"{}","status":"incomplete""#), Body.end())
    #expect(broken.answer.toolCalls.map(\.isComplete) == [false])
  }

  @Test func customTools() {
    let got = Body.read(
      Body.created, Body.added(#""type":"custom_tool_call","id":"ct","call_id":"a","name":"sql","input":"""#),
      Body.event("response.custom_tool_call_input.delta", #""output_index":0,"delta":"SELECT ""#),
      Body.event("response.custom_tool_call_input.delta", #""output_index":0,"delta":"1""#),
      Body.event("response.custom_tool_call_input.done", #""output_index":0,"input":"SELECT 1""#),
      Body.done(#""type":"custom_tool_call","id":"ct","call_id":"a","name":"sql","input":"SELECT 1""#), Body.end())
    let call = got.answer.toolCalls[0]
    #expect(call.isCustom && call.isComplete && call.arguments == "SELECT 1" && got.answer.finish == .toolCalls)
  }

  @Test func D22_idsOfOurOwn() {
    let got = Body.read(
      Body.created, Body.added(#""type":"function_call","id":"","call_id":"","name":"f""#),
      Body.added(#""type":"function_call","id":"fc_7","name":"g""#, 1), Body.end())
    #expect(got.answer.toolCalls.map(\.id) == ["resp_1-call-0", "fc_7"])
  }

  @Test func aNameThatComesLate() {
    let got = Body.read(
      Body.created, Body.arguments("{}", item: 4),
      Body.event("response.function_call_arguments.done", #""output_index":4,"arguments":"{}","name":"f""#), Body.end())
    #expect(got.script == ["call 0 resp_1-call-0 f", "input 0 {}", "called resp_1-call-0 f {}", "finish tool_calls"])
  }

  @Test func N15_piecesBeforeTheirItem() {
    let item = #""type":"function_call","id":"fc","call_id":"a","name":"f","arguments":"{}""#
    for events in [Body.added(item, 4), Body.done(item, 4)] {
      let got = Body.read(
        Body.created, Body.arguments("{}", item: 4),
        Body.event("response.function_call_arguments.done", #""output_index":4,"arguments":"{}","name":"f""#), events,
        Body.end())
      #expect(got.script == ["call 0 a f", "input 0 {}", "called a f {}", "finish tool_calls"])
    }
  }

  @Test func argumentsAsAnObject() {
    let got = Body.read(
      Body.whole(#"{"type":"function_call","call_id":"a","name":"f","arguments":{"x":[1]}}"#))
    #expect(got.answer.toolCalls[0].arguments == #"{"x":[1]}"#)
  }

  @Test func limits() {
    var context = ResponseContext()
    (context.toolCallLimit, context.toolArgumentsLimit) = (2, 10)
    func read(_ body: String...) -> SpateError.Code? {
      Body.read(Body.created + body.joined() + Body.end(), context: context).failure?.code
    }
    #expect(read(call(0, "a", "f"), call(1, "b", "f")) == nil)
    #expect(read(call(0, "a", "f"), call(1, "b", "f"), call(2, "c", "f")) == .limit)
    #expect(read(call(0, "a", "f"), Body.arguments("123456789"), Body.arguments("0")) == nil)
    #expect(read(call(0, "a", "f"), Body.arguments("123456789"), Body.arguments("01")) == .limit)
  }

  // MARK: Tools of the provider's

  struct Tool: Sendable, CustomTestStringConvertible {
    var item: String
    var line: String
    var testDescription: String { line }
  }

  @Test(arguments: [
    Tool(
      item: #""type":"web_search_call","id":"ws","status":"completed","action":{"type":"search","query":"q"}"#,
      line: #"ran ws web_search {"type":"search","query":"q"} -"#),
    Tool(
      item: #""type":"file_search_call","id":"fs","queries":["q"],"results":[{"text":"t"}]"#,
      line: #"ran fs file_search ["q"] [{"text":"t"}]"#),
    Tool(
      item: #""type":"code_interpreter_call","id":"ci","code":"1+1","outputs":[{"type":"logs","logs":"2"}]"#,
      line: #"ran ci code_interpreter 1+1 [{"type":"logs","logs":"2"}]"#),
    Tool(
      item: #""type":"mcp_call","id":"mcp","name":"roll","arguments":"{}","output":"6","error":null"#,
      line: #"ran mcp roll {} "6""#),
    Tool(
      item: #""type":"mcp_list_tools","id":"l","server_label":"s","tools":[]"#, line: "ran l mcp_list_tools - []"),
    Tool(
      item: #""type":"shell_call_output","id":"o","call_id":"c","output":[{"stdout":"x"}]"#,
      line: #"ran c shell - [{"stdout":"x"}]"#),
    Tool(
      item: #""type":"apply_patch_call","id":"p","call_id":"c","operation":{"type":"create_file"}"#,
      line: #"ran c apply_patch {"type":"create_file"} -"#),
  ]) func builtInTools(_ tool: Tool) throws {
    let got = Body.read(Body.created, Body.added(tool.item), Body.done(tool.item), Body.end())
    #expect(got.script.filter { !$0.hasPrefix("running") } == [tool.line, "finish stop"])
    let item = try JSONValue(parsing: "{\(tool.item)}")
    #expect(got.answer.providerTools.map(\.seal.details) == [item])
    // It goes back as it came.
    let request = ChatRequest(model: "m", messages: ["a", got.answer.message, "b"])
    let body = try JSONValue(parsing: Body.dialect.encode(request, for: .openAIResponses).body)
    #expect(body["input"]?[1] == item)
  }

  @Test func aFailedTool() {
    let got = Body.read(
      Body.whole(#"{"type":"mcp_call","id":"m","name":"roll","arguments":"{}","error":"down","output":null}"#))
    #expect(got.answer.providerTools[0].isError && got.answer.providerTools[0].output == nil)
  }

  @Test func imagesAreParts() {
    let item = #""type":"image_generation_call","id":"ig","status":"completed","result":"AQID","output_format":"webp""#
    let got = Body.read(
      Body.created, Body.added(#""type":"image_generation_call","id":"ig""#), Body.done(item), Body.end())
    guard case .image(let image)? = got.answer.parts.first else {
      Issue.record("no image")
      return
    }
    #expect(image.source == .bytes([1, 2, 3]) && image.mediaType == "image/webp")
    #expect(got.answer.providerTools.count == 1)
  }

  /// xAI leaves some of its items open; the answer ends all the same.
  @Test func toolsThatNeverEnd() {
    let got = Body.read(
      Body.created, Body.added(#""type":"web_search_call","id":"ws","status":"in_progress""#), Body.text("a", item: 1),
      Body.end())
    #expect(got.answer.providerTools.map(\.id) == ["ws"])
    let cut = Body.read(Body.created, Body.added(#""type":"web_search_call","id":"ws","status":"in_progress""#))
    #expect(cut.answer.providerTools.isEmpty && cut.script.first == "running ws web_search")
  }
}
