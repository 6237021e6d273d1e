// SPDX-License-Identifier: Apache-2.0

// S38, a function that gives a stream: the task that reads it is what cancels it (S46); it ends by itself, or throws at
// most once. Nothing has to be drained.

import Spate
import SpateSimulator

enum S38: Sample {
  static let answers: [String: Answer] = [
    "gpt-4o": .saying("Fine, thanks."), "gpt-4.1": .saying("Fine, thanks. And you?").with(.cut(afterByte: 700)),
  ]

  static func completionStream(
    _ client: Client, _ messages: [Message], model: String
  ) -> some AsyncSequence<ChatCompletionChunk, any Error> {
    client.stream(messages, model: model).openAI
  }

  static func run(_ client: Client) async throws {
    for model in ["gpt-4o", "gpt-4.1"] {
      var chunks = completionStream(client, [.user("How are you?")], model: model).makeAsyncIterator()
      var (isOver, errors) = (false, 0)
      while !isOver {
        do {
          guard let chunk = try await chunks.next() else {
            isOver = true
            continue
          }
          print(chunk.choices.first?.delta.content ?? "", terminator: "")
        } catch {
          errors += 1
        }
      }
      print("\n\(errors) errors, then the end")
    }
  }
}
