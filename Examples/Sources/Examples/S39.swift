// SPDX-License-Identifier: Apache-2.0

// S39, OpenAI's chunk: all of its fields. This provider says which configuration of its machines answered, too.

import Spate
import SpateSimulator

enum S39: Sample {
  static func run(_ client: Client) async throws {
    for try await chunk in client.stream("Hello", model: "gpt-4o").openAI {
      print(chunk.id, chunk.object, chunk.created, chunk.model, chunk.systemFingerprint ?? "nil")
      print("  \(chunk.choices.count) choices, \(chunk.usage?.output ?? 0) tokens")
    }
  }

  static let answers: [String: Answer] = ["gpt-4o": .recording(Recording(body: Array(body.utf8)))]

  static let head =
    #""id":"chatcmpl-7","object":"chat.completion.chunk","created":1750000000,"model":"gpt-4o-2024-08-06","#
    + #""system_fingerprint":"fp_44709d6fcb""#

  static let body = """
    data: {\(head),"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {\(head),"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":null}]}

    data: {\(head),"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: {\(head),"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}

    data: [DONE]


    """
}
