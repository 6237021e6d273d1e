// SPDX-License-Identifier: Apache-2.0

// S3b, finish reasons by provider: one set of words for all of them, and beside it the provider's own word.

import Spate
import SpateSimulator

enum S3b: Sample {
  static let models = [
    "gpt-done", "gpt-long", "gpt-filtered", "gpt-calls",
    "claude-done", "claude-long", "claude-calls", "claude-stopped", "claude-declines",
    "ollama/done", "ollama/long",
  ]

  static func run(_ client: Client) async throws {
    for model in models {
      let response = try await client.stream("Hello", model: model).response
      print("\(model): \(response.finish.rawValue) (\(response.nativeFinish ?? "no word"))")
    }
  }

  static let answers: [String: Answer] = [
    "gpt-done": .saying("Hi"), "claude-done": .saying("Hi"), "done": .saying("Hi"),
    "gpt-long": .saying("Hi", finish: .length), "claude-long": .saying("Hi", finish: .length),
    "long": .saying("Hi", finish: .length),
    "gpt-filtered": .saying("Hi", finish: .contentFilter),
    "gpt-calls": .script(Script(text: "", toolCalls: [call])),
    "claude-calls": .script(Script(text: "", toolCalls: [call])),
    "claude-declines": .saying("Hi", finish: .refusal),
    "claude-stopped": .recording(Recording(body: Array(stopSequence.utf8))),
  ]

  static let call = ToolCall(id: "call_1", name: "look", arguments: "{}")

  /// The model met one of the request's own stop texts.
  static let stopSequence = """
    event: message_start
    data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-stopped",\
    "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}

    event: content_block_start
    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

    event: content_block_stop
    data: {"type":"content_block_stop","index":0}

    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"},\
    "usage":{"output_tokens":2}}

    event: message_stop
    data: {"type":"message_stop"}


    """
}
