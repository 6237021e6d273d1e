// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Script {
  /// The answer of the built-in simulator.
  public static let welcome = Script(
    text: """
      Spate streams answers from every LLM provider through one API. You are reading one now: it came word by word \
      over HTTP from a provider that is built in, because no other was named.

      To ask a real one, set its key and name a model:

          OPENAI_API_KEY=... spate --model gpt-4o "Why is the sky blue?"

      A model on this machine needs no key:

          spate --model ollama/llama3.2 "Why is the sky blue?"

      """,
    reasoning: "Nobody named a model, so I had better say who I am.")

  static let story = Script(
    text: """
      The gauge keeper at the bend of the river wrote down one number a day. Most days it was the number of the day \
      before.

      In the third week of rain she wrote a number each hour. By the evening she sent them on before the ink was dry, \
      one runner after the other, each with a single line. The mayor in the valley wanted the whole report, sealed and \
      signed. "You will have it tomorrow," she had them tell him. "Until then, read what has come."

      He read. At the fourth line he had the sheep brought up. At the seventh he opened the mill's gates. When the \
      ninth runner came with half a line, because the bridge had gone while he wrote, the mayor did not take it for \
      the end of the report. He sent for the tenth by the other bank.

      The report came the next day, complete. Nobody in the valley needed it any more; they were dry.

      """)

  static let thinker = Script(
    text: """
      Nine. The farmer has 17 sheep, and "all but nine" ran away: nine stayed.

      """,
    reasoning: """
      A farmer has 17 sheep, and all but nine run away. How many are left? The tempting way is 17 minus 9, which is 8. \
      But the sentence does not say that nine ran away. It says that all ran away except for nine. So the ones that \
      did not run are the nine. The 17 is there to make me subtract. Let me check it the other way round: if 8 ran \
      away, then 9 are left, and 8 is indeed all but nine of 17. The answer is nine.
      """)

  static let writer = Script(
    text: """
      # Three ways to end a stream

      1. **Complete**: the model said why it stopped.
      2. *Limited*: a limit of tokens ended it.
      3. `cut`: the connection ended first, and what came is kept.

      | outcome  | the text is | an error |
      |----------|-------------|----------|
      | complete | whole       | no       |
      | limited  | a beginning | no       |
      | cut      | a beginning | yes      |

      ```swift
      for try await text in client.stream("Hello", model: "gpt-4o").text {
        print(text, terminator: "")
      }
      ```

      """)

  static let cutoff = Script(
    text: "A limit of tokens is a strange place to stop, because a sentence that has only just", finish: .length)

  static let withoutTools = Script(
    text: "I call tools, but the request has none. Send some in its field tools, and I will ask for each.\n")

  /// What is said once the tools have answered.
  static func reading(_ results: [ToolResult]) -> Script {
    let lines = results.map { result in
      let text = result.content.reduce(into: "") { if case .text(let words) = $1 { $0 += words } }
      return "- \(result.name ?? result.callID): \(text)"
    }
    return Script(text: "The tools answered:\n\n\(lines.joined(separator: "\n"))\n", reasoning: "That is all I need.")
  }
}
