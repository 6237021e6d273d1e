// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What a simulated model says.
///
/// ```swift
/// let simulator = Simulator(answers: ["greeter": .script(Script(text: "Hello, world."))])
/// ```
public struct Script: Sendable, Hashable {
  /// Its thoughts, before the answer.
  public var reasoning: String
  /// Its words.
  public var text: String
  /// The tools that it asks for, after the words.
  public var toolCalls: [ToolCall]
  /// Why it stops; nil for what follows from the rest.
  public var finish: FinishReason?
  /// Its tokens; nil counts words.
  public var usage: Usage?
  /// The characters of one piece; nil for a word a piece.
  public var pieceSize: Int?
  /// The time between two pieces.
  public var pace: Duration

  /// A script with these parts.
  public init(
    text: String, reasoning: String = "", toolCalls: [ToolCall] = [], finish: FinishReason? = nil, usage: Usage? = nil,
    pieceSize: Int? = nil, pace: Duration = .zero
  ) {
    self.text = text
    self.reasoning = reasoning
    self.toolCalls = toolCalls
    self.finish = finish
    self.usage = usage
    self.pieceSize = pieceSize
    self.pace = pace
  }

  /// The events that it stands for.
  func events(start: ResponseStart, prompt: String) -> [StreamEvent] {
    var events: [StreamEvent] = [.start(start)]
    events += pieces(of: reasoning).map { .reasoning(TextDelta($0)) }
    events += pieces(of: text).map { .text(TextDelta($0)) }
    for (index, call) in toolCalls.enumerated() {
      let index = Int32(index)
      events.append(.toolInputStart(ToolInputStart(index: index, id: call.id, name: call.name)))
      events += pieces(of: call.arguments).map { .toolInputDelta(ToolInputDelta(index: index, arguments: $0)) }
    }
    events.append(.usage(usage ?? counted(prompt)))
    let reason = finish ?? (toolCalls.isEmpty ? .stop : .toolCalls)
    events.append(.finish(Finish(reason: reason, native: nil)))
    return events
  }

  /// Cut so that joined they are the text again.
  private func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    // Counting a string takes as long as reading it.
    var length = 0
    for character in text {
      let isFull = if let pieceSize { length >= max(pieceSize, 1) } else { length > 0 && character.isWhitespace }
      if isFull {
        pieces.append(piece)
        piece = ""
        length = 0
      }
      piece.append(character)
      length += 1
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  private func counted(_ prompt: String) -> Usage {
    func words(_ text: String) -> Int { text.split(whereSeparator: \.isWhitespace).count }
    let thoughts = words(reasoning)
    return Usage(
      input: words(prompt), output: thoughts + words(text) + toolCalls.count,
      reasoning: thoughts > 0 ? thoughts : nil)
  }
}

/// A recorded response, served as it was.
public struct Recording: Sendable, Hashable {
  /// The body.
  public var body: [UInt8]
  /// Its HTTP status.
  public var status: Int
  /// Its `Content-Type`.
  public var contentType: String
  /// The bytes of one write; 0 for all at once.
  public var writeSize: Int
  /// The time between two writes.
  public var pace: Duration

  /// A recording of this body.
  public init(
    body: [UInt8], status: Int = 200, contentType: String = "text/event-stream", writeSize: Int = 0,
    pace: Duration = .zero
  ) {
    self.body = body
    self.status = status
    self.contentType = contentType
    self.writeSize = writeSize
    self.pace = pace
  }
}

/// What a simulator answers with.
@nonexhaustive public enum Answer: Sendable, Hashable {
  case script(Script)
  case recording(Recording)
}

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
}
