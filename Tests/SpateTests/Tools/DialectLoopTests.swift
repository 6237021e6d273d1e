// SPDX-License-Identifier: Apache-2.0

import SpateSimulator
import Testing

@testable import Spate

/// The same loop in every dialect: two calls at once, and what the provider wants back.
@Suite(.timeLimit(.minutes(10))) struct DialectLoopTests {
  /// A round of two calls of `weather`, for Oslo and for Rome.
  struct Round: Sendable, CustomTestStringConvertible {
    var provider: Provider
    var model = "m"
    var contentType = "text/event-stream"
    var body: String
    /// A whole answer without calls.
    var text: String
    /// Ids and signatures that the second request must hold as they came.
    var kept: [String]

    var testDescription: String { provider.id }
  }

  private static func events(_ events: [String]) -> String {
    events.map { event in
      let type = event.split(separator: "\"", maxSplits: 4)[3]
      return "event: \(type)\ndata: \(event)\n\n"
    }.joined()
  }

  static let chat = Round(
    provider: Provider(
      id: "openai-chat", name: "chat", baseURL: "http://localhost/v1",
      quirks: [.replaysReasoningDetails, .replaysReasoningContent]),
    body: ChatBytes.head
      + #"data: {"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.encrypted","data":"c2VjcmV0+/=="}]}}]}"#
      + "\n\n"
      + ChatBytes.call(0, id: "call_a", name: "weather", #"{"city":"#)
      + ChatBytes.call(1, id: "call_b", name: "weather", #"{"city":"Rome"}"#) + ChatBytes.call(0, #""Oslo"}"#)
      + ChatBytes.finish("tool_calls") + ChatBytes.done,
    text: ChatBytes.answer("Done."), kept: ["call_a", "call_b", "c2VjcmV0+/=="])

  static let responses = Round(
    provider: Provider(
      id: "openai-responses", name: "responses", baseURL: "http://localhost/v1", dialect: .openAIResponses),
    model: "gpt-5",
    body: events([
      #"{"type":"response.created","response":{"id":"resp_1","status":"in_progress","model":"gpt-5"}}"#,
      #"{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}"#,
      #"{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA+/=="}}"#,
      #"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":""}}"#,
      #"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","id":"fc_2","call_id":"call_2","name":"weather","arguments":""}}"#,
      #"{"type":"response.function_call_arguments.delta","output_index":2,"item_id":"fc_2","delta":"{\"city\":\"Rome\"}"}"#,
      #"{"type":"response.function_call_arguments.delta","output_index":1,"item_id":"fc_1","delta":"{\"city\":\"Oslo\"}"}"#,
      #"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}","status":"completed"}}"#,
      #"{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","id":"fc_2","call_id":"call_2","name":"weather","arguments":"{\"city\":\"Rome\"}","status":"completed"}}"#,
      #"{"type":"response.completed","response":{"id":"resp_1","status":"completed","usage":{"input_tokens":5,"output_tokens":7}}}"#,
    ]),
    text: events([
      #"{"type":"response.created","response":{"id":"resp_2","status":"in_progress","model":"gpt-5"}}"#,
      #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[]}}"#,
      #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"msg_1","delta":"Done."}"#,
      #"{"type":"response.completed","response":{"id":"resp_2","status":"completed"}}"#,
    ]),
    kept: ["call_1", "call_2", "gAAA+/==", "rs_1"])

  static let anthropic = Round(
    provider: .anthropic, model: "claude-sonnet-4-5",
    body: events([
      #"{"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":5,"output_tokens":1}}}"#,
      #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Two cities."}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"ErUB+/"}}"#,
      #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"zz=="}}"#,
      #"{"type":"content_block_stop","index":0}"#,
      #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}"#,
      #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"#,
      #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Oslo\"}"}}"#,
      #"{"type":"content_block_stop","index":1}"#,
      #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_2","name":"weather","input":{}}}"#,
      #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":\"Rome\"}"}}"#,
      #"{"type":"content_block_stop","index":2}"#,
      #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}"#,
      #"{"type":"message_stop"}"#,
    ]),
    text: CutTests.begun + CutTests.delta("Done.") + CutTests.ended, kept: ["toolu_1", "toolu_2", "ErUB+/zz=="])

  static let gemini = Round(
    provider: .gemini, model: "gemini-2.5-flash",
    body:
      #"data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"city":"Oslo"}},"thoughtSignature":"CiQB+/=="}]}}],"modelVersion":"gemini"}"#
      + "\n\n"
      + #"data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"city":"Rome"}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7}}"#
      + "\n\n",
    text: #"data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Done."}]},"finishReason":"STOP"}]}"#
      + "\n\n",
    kept: ["CiQB+/=="])

  static let mistral = Round(
    provider: .mistral, model: "mistral-large-latest",
    body: ChatBytes.head
      + #"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"aB3dE5fG7","function":{"name":"weather","arguments":"{\"city\": \"Oslo\"}"},"index":0},{"id":"hJ2kL4mN6","function":{"name":"weather","arguments":"{\"city\": \"Rome\"}"},"index":1}]},"finish_reason":"tool_calls"}]}"#
      + "\n\n" + ChatBytes.done,
    text: ChatBytes.answer("Done."), kept: ["aB3dE5fG7", "hJ2kL4mN6"])

  static let ollama = Round(
    provider: Provider(id: "ollama", name: "Ollama", baseURL: "http://localhost", needsKey: false, dialect: .ollama),
    model: "llama3.2", contentType: "application/x-ndjson",
    body:
      #"{"model":"llama3.2","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Oslo"}}}]},"done":false}"#
      + "\n"
      + #"{"model":"llama3.2","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Rome"}}}]},"done":false}"#
      + "\n"
      + #"{"model":"llama3.2","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}"#
      + "\n",
    text: #"{"model":"llama3.2","message":{"role":"assistant","content":"Done."},"done":true,"done_reason":"stop"}"#
      + "\n",
    kept: [])

  static let cohere = Round(
    provider: .cohere, model: "command-a-03-2025",
    body: events([
      #"{"type":"message-start","id":"c1","delta":{"message":{"role":"assistant"}}}"#,
      #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"Both."}}}"#,
      #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"weather_1","type":"function","function":{"name":"weather","arguments":""}}}}}"#,
      #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"city\":\"Oslo\"}"}}}}}"#,
      #"{"type":"tool-call-end","index":0}"#,
      #"{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"weather_2","type":"function","function":{"name":"weather","arguments":""}}}}}"#,
      #"{"type":"tool-call-delta","index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"city\":\"Rome\"}"}}}}}"#,
      #"{"type":"tool-call-end","index":1}"#,
      #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"tokens":{"input_tokens":5,"output_tokens":7}}}}"#,
    ]),
    text: events([
      #"{"type":"message-start","id":"c2","delta":{"message":{"role":"assistant"}}}"#,
      #"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}"#,
      #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Done."}}}}"#,
      #"{"type":"content-end","index":0}"#,
      #"{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}"#,
    ]),
    kept: ["weather_1", "weather_2"])

  static let rounds = [chat, responses, anthropic, gemini, mistral, ollama, cohere]

  private func bench(_ round: Round, _ body: ScriptedAnswer.Step...) -> ToolBench {
    let head = ScriptedAnswer.Step.head(200, contentType: round.contentType)
    return ToolBench(
      ScriptedAnswer([head] + body), ScriptedAnswer([head, .body(round.text)]), provider: round.provider)
  }

  private static func texts(_ value: JSONValue) -> Set<String> {
    switch value {
    case .string(let text): [text]
    case .array(let list): list.reduce(into: []) { $0.formUnion(texts($1)) }
    case .object(let object): object.members.reduce(into: []) { $0.formUnion(texts($1.value)) }
    default: []
    }
  }

  @Test(arguments: rounds) func aLoopOfTwoCalls(_ round: Round) async throws {
    let bench = bench(round, .body(round.body))
    let response = try await bench.client.stream("Hi", model: round.model, tools: [bench.weather()]).response
    #expect(bench.log.now.sorted() == ["weather Oslo", "weather Rome"])
    #expect(response.text == "Done." && response.rounds.count == 1)
    let results = response.rounds[0].toolResults.sorted { $0.index < $1.index }
    #expect(results.map { $0.call.value?["city"] } == ["Oslo", "Rome"])
    let texts = Self.texts(try bench.body(1))
    for text in round.kept + ["18 degrees in Oslo", "18 degrees in Rome"] {
      #expect(texts.contains { $0 == text || $0.contains(text) && text.contains(" ") }, "\(text) is not in the request")
    }
  }

  /// Whole up to some byte, then the connection breaks: no call runs unless its answer had an end.
  @Test(arguments: rounds) func T8_aCutNeverRunsACall(_ round: Round) async throws {
    let bytes = Array(round.body.utf8)
    var failures = 0
    for length in stride(from: 1, to: bytes.count, by: 13) {
      let bench = bench(
        round, .body(Array(bytes[..<length])), .failure(TransportError(.truncated, "the connection broke")))
      do {
        _ = try await bench.client.stream("Hi", model: round.model, tools: [bench.weather()]).response
        #expect(bench.log.now.count == 2)
      } catch {
        failures += 1
        #expect(bench.log.now.isEmpty && bench.transport.requests.count == 1, "cut at \(length)")
      }
    }
    #expect(failures > 5)
  }

  /// The same with an answer that a token limit ended.
  @Test(
    arguments: [
      (chat, #""tool_calls"}]"#, #""length"}]"#),
      (anthropic, #""stop_reason":"tool_use""#, #""stop_reason":"max_tokens""#),
      (gemini, #""STOP""#, #""MAX_TOKENS""#), (mistral, #""finish_reason":"tool_calls""#, #""finish_reason":"length""#),
      (ollama, #""done_reason":"stop""#, #""done_reason":"length""#), (cohere, #""TOOL_CALL""#, #""MAX_TOKENS""#),
      (
        responses, #"{"type":"response.completed","response":{"id":"resp_1","status":"completed","#,
        #"{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"#
      ),
    ] as [(Round, String, String)])
  func T8_aLimitedAnswerRunsNoCall(_ round: Round, _ word: String, _ limit: String) async throws {
    let body = round.body.replacing(word, with: limit)
    #expect(body != round.body)
    let bench = bench(round, .body(body))
    let response = try await bench.client.stream("Hi", model: round.model, tools: [bench.weather()]).response
    #expect(response.finish == .length && bench.log.now.isEmpty && bench.transport.requests.count == 1)
  }
}
