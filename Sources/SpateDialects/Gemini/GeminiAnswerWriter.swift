// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Gemini's generateContent: a whole answer as one JSON document.
enum GeminiAnswerWriter {
  /// The answer that `events` build.
  static func bytes(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    var finish = Finish(reason: .stop, native: nil)
    for event in events {
      accumulator.add(event)
      if case .finish(let end) = event { finish = end }
    }
    let answer = accumulator.partial
    let end = GeminiEnd(finish, sources: answer.sources, refused: answer.refusal != nil)
    var body = JSONObject()
    if !end.isBlocked {
      body["candidates"] = .array(answer.choices.map { .object(candidate($0, of: answer, end, finish)) })
    }
    body.merge(end.answer)
    body["usageMetadata"] = .object((answer.usage ?? Usage()).geminiReport)
    if let model = answer.model { body["modelVersion"] = .string(model) }
    if let id = answer.id { body["responseId"] = .string(id) }
    return JSONValue.object(body).bytes
  }

  private static func candidate(
    _ choice: PartialResponse.Choice, of answer: PartialResponse, _ end: GeminiEnd, _ finish: Finish
  ) -> JSONObject {
    // What has no number belongs to the first answer.
    let isFirst = choice.index == 0
    let parts = isFirst ? Self.parts(answer.message) : plainParts(choice)
    var fields: JSONObject = [
      "content": ["parts": .array(parts.map(JSONValue.object)), "role": "model"],
      "index": .number(JSONNumber(choice.index)),
    ]
    if isFirst {
      fields.merge(end.candidate)
    } else {
      let word = GeminiEnd.word(choice.nativeFinish, choice.finish ?? .stop, refused: choice.refusal != nil)
      fields["finishReason"] = .string(word)
    }
    if let last = choice.logprobs.last { fields["logprobsResult"] = last }
    return fields
  }

  private static func parts(_ message: Message) -> [JSONObject] {
    message.content.flatMap { part -> [JSONObject] in
      switch part {
      case .text(let text), .refusal(let text): [GeminiParts.words(text, isThought: false)]
      case .annotated(let text): [GeminiParts.words(text.text, isThought: false, text.seal)]
      case .reasoning(let reasoning): [GeminiParts.words(reasoning.text, isThought: true, reasoning.seal)]
      case .toolCall(let call): [GeminiParts.call(call)]
      case .providerTool(let tool): GeminiParts.tool(tool)
      default: [GeminiParts.other(part)].compactMap(\.self)
      }
    }
  }

  private static func plainParts(_ choice: PartialResponse.Choice) -> [JSONObject] {
    var parts: [JSONObject] = []
    if !choice.reasoning.isEmpty { parts.append(GeminiParts.words(choice.reasoning, isThought: true)) }
    let words = choice.text + (choice.refusal ?? "")
    if !words.isEmpty { parts.append(GeminiParts.words(words, isThought: false)) }
    return parts + choice.toolCalls.map(GeminiParts.call)
  }
}
