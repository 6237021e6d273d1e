// SPDX-License-Identifier: Apache-2.0

/// The turns of a talk with a model: to go on with, to keep, and to move to another provider.
///
/// ```swift
/// var talk = Conversation(system: "Answer in one line.")
/// talk.append("How high is the Zugspitze?")
/// talk.append(try await model.stream(talk).response)
/// talk.append("And in feet?")
/// ```
///
/// A model's turns keep what its provider wants back: signatures, encrypted thoughts, ids of calls. To save one, encode
/// it (`Codable`): the form bears a version, and every opaque byte comes back.
public struct Conversation: Sendable, Hashable {
  /// The turns, in order.
  public var messages: [Message]

  /// These turns.
  public init(_ messages: [Message] = []) { self.messages = messages }

  /// Instructions, and nothing said yet.
  public init(system: String) { messages = [.system(system)] }

  /// Adds a turn; a bare string is the user's.
  public mutating func append(_ message: Message) { messages.append(message) }

  /// Adds the turns of another one.
  public mutating func append(_ other: Conversation) { messages += other.messages }

  /// Adds a model's answer, with its parts as they came; of a tool loop all turns, and what the tools answered.
  public mutating func append(_ answer: Response) { messages += answer.turns }

  /// Adds what came of an answer that was cut. Calls that were not complete are left out: nobody could answer them.
  /// Complete ones that no tool has answered yet are ``openCalls``.
  public mutating func append(_ answer: PartialResponse) {
    for round in answer.rounds { messages += round.turns }
    var turn = answer.message
    let answered = Set(answer.toolResults.map(\.call.id))
    turn.content.removeAll { part in
      if case .toolCall(let call) = part { !call.isComplete && !answered.contains(call.id) } else { false }
    }
    if !turn.content.isEmpty { messages.append(turn) }
    if let results = answer.resultTurn { messages.append(results) }
  }

  /// Adds what a tool answered. Answers to the calls of one turn stand in one message.
  public mutating func answer(_ call: ToolCall, _ text: String, isError: Bool = false) {
    let result = ContentPart.toolResult(ToolResult(callID: call.id, name: call.name, text: text, isError: isError))
    if let last = messages.indices.last, messages[last].role == .tool {
      messages[last].content.append(result)
    } else {
      messages.append(Message(role: .tool, content: [result]))
    }
  }

  /// The calls of the last turn of a model that no tool has answered yet.
  public var openCalls: [ToolCall] {
    guard let turn = messages.lastIndex(where: { $0.role == .assistant }) else { return [] }
    var answered: Set<String> = []
    for message in messages[turn...] {
      for case .toolResult(let result) in message.content { answered.insert(result.callID) }
    }
    return messages[turn].toolCalls.filter { !answered.contains($0.id) }
  }
}

extension Conversation: ExpressibleByArrayLiteral {
  /// These turns; bare strings are the user's.
  public init(arrayLiteral elements: Message...) { messages = elements }
}

extension Conversation: Codable {
  /// The form that is written. A form that older versions can not read gets the next number.
  private static let version = 1

  private enum CodingKeys: String, CodingKey { case version, messages }

  /// Reads `{"version": 1, "messages": [...]}`; throws `DecodingError` for a form of a later version of Spate's.
  public init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: CodingKeys.self)
    let version = try form.decode(Int.self, forKey: .version)
    guard (1...Self.version).contains(version) else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: form,
        debugDescription: "a conversation of form \(version): this version of Spate reads up to \(Self.version)")
    }
    messages = try form.decode([Message].self, forKey: .messages)
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: CodingKeys.self)
    try form.encode(Self.version, forKey: .version)
    try form.encode(messages, forKey: .messages)
  }
}
