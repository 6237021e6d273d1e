// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// The server's side of the OpenAI chat dialect: events to chunks, and to the bytes of a stream.
///
/// Usage is sent only to who asked for it (rule D10), after the finish and before `[DONE]`, as OpenAI does.
package struct ChatStreamWriter: AnswerWriter {
  /// A call whose start was written; its whole is not written again.
  private struct OpenCall: Sendable {
    var choice: Int32
    var id: String
    var index: Int32
  }

  /// What every chunk has.
  private let names: ChatCompletionChunk
  /// The same, written.
  private let beginning: [UInt8]
  private let includesUsage: Bool
  private let keepsNativeWords: Bool
  private var usage: Usage?
  private var openCalls: [OpenCall] = []
  /// The number of the next call, by answer.
  private var nextCall: [Int32: Int32] = [:]
  /// The answers that hold words of a refusal.
  private var refusals: Set<Int32> = []

  /// `keepsNativeWords`: a provider's own word for its finish is written as it is, not as OpenAI's for the same.
  package init(start: ResponseStart, includesUsage: Bool, keepsNativeWords: Bool = true) {
    names = ChatCompletionChunk(
      id: start.id ?? "", created: start.created ?? 0, model: start.model ?? "",
      systemFingerprint: start.systemFingerprint)
    beginning = Self.beginning(names)
    self.includesUsage = includesUsage
    self.keepsNativeWords = keepsNativeWords
  }

  // MARK: Bytes

  /// The bytes of one event; none for events that this dialect has no form for.
  package mutating func bytes(of event: StreamEvent) -> [UInt8] {
    var bytes: [UInt8] = []
    for chunk in chunks(of: event) { frame(chunk, into: &bytes) }
    if case .finish = event { bytes += Self.lastWord }
    return bytes
  }

  /// What ends a stream.
  package static let lastWord = Array("data: [DONE]\n\n".utf8)

  /// An error inside a stream, and the end of it (rule C11).
  package func bytes(of failure: ServedFailure) -> [UInt8] {
    let words = OpenAIChatServer.words(of: failure)
    return Self.failure(words.message, type: words.type, code: words.code)
  }

  /// An error inside a stream, and the end of it (rule C11).
  package static func failure(_ message: String, type: String, code: String? = nil) -> [UInt8] {
    frame(ChatAnswerWriter.error(message, type: type, code: code)) + lastWord
  }

  /// An error inside a stream, as an event. ``lastWord`` is the sender's to add.
  package static func frame(of error: SpateError) -> [UInt8] { frame(ChatAnswerWriter.bytes(of: error)) }

  /// A JSON document as an event.
  package static func frame(_ json: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count + 8)
    bytes.append(contentsOf: "data: ".utf8)
    bytes.append(contentsOf: json)
    bytes.append(contentsOf: "\n\n".utf8)
    return bytes
  }

  private func frame(_ chunk: ChatCompletionChunk, into bytes: inout [UInt8]) {
    var json = JSONWriter()
    json.object { chunk.writeContent(to: &$0, hasNullUsage: includesUsage) }
    bytes.reserveCapacity(bytes.count + beginning.count + json.bytes.count + 2)
    bytes.append(contentsOf: beginning)
    bytes.append(contentsOf: json.bytes.dropFirst())
    bytes.append(contentsOf: "\n\n".utf8)
  }

  /// `data: {"id":"...","model":"...",`
  private static func beginning(_ names: ChatCompletionChunk) -> [UInt8] {
    var json = JSONWriter()
    json.object { names.writeNames(to: &$0) }
    return Array("data: ".utf8) + json.bytes.dropLast() + [UInt8(ascii: ",")]
  }

  // MARK: Chunks

  /// The chunks of one event: one, or none for events that this dialect has no form for; of a finish one an answer, and
  /// the usage.
  package mutating func chunks(of event: StreamEvent) -> [ChatCompletionChunk] {
    switch event {
    case .start: return [chunk(0) { $0.role = "assistant" }]
    case .text(let delta): return [chunk(delta.choice) { $0.content = delta.text }]
    case .reasoning(let delta): return [chunk(delta.choice) { $0.reasoning = delta.text }]
    case .refusal(let delta):
      refusals.insert(delta.choice)
      return [chunk(delta.choice) { $0.refusal = delta.text }]
    case .toolInputStart(let start):
      openCalls.append(OpenCall(choice: start.choice, id: start.id, index: start.index))
      nextCall[start.choice] = max(nextCall[start.choice] ?? 0, start.index &+ 1)
      return [chunk(start.choice) { $0.toolCalls = [.init(index: Int(start.index), id: start.id, name: start.name)] }]
    case .toolInputDelta(let delta):
      return [chunk(delta.choice) { $0.toolCalls = [.init(index: Int(delta.index), arguments: delta.arguments)] }]
    case .toolCall(let call): return whole(call)
    case .usage(let report):
      usage = report
      return []
    case .logprobs(let delta):
      var chunk = chunk(delta.choice) { _ in }
      chunk.choices[0].logprobs = delta.native
      return [chunk]
    case .source(let source): return [chunk(0) { $0.other["annotations"] = [source.chatAnnotation] }]
    case .audio(let audio): return [chunk(0) { $0.other["audio"] = .object(audio.chatObject) }]
    case .reasoningDetail(let detail):
      guard let details = detail.seal.chatSeals else { return [] }
      return [chunk(0) { $0.other["reasoning_details"] = .array(details) }]
    case .textDetail(let detail):
      guard let extra = detail.seal.chatExtra else { return [] }
      return [chunk(detail.choice) { $0.other = extra }]
    case .finish(let finish): return ends(finish)
    default: return []
    }
  }

  private func chunk(_ choice: Int32, _ fill: (inout ChatCompletionChunk.Delta) -> Void) -> ChatCompletionChunk {
    var chunk = names
    chunk.choices = [ChatCompletionChunk.Choice(index: Int(choice))]
    fill(&chunk.choices[0].delta)
    return chunk
  }

  /// A call that came in pieces has been written; one that came whole has not.
  private mutating func whole(_ call: ToolCall) -> [ChatCompletionChunk] {
    let choice = Int32(clamping: call.choice)
    if let place = openCalls.firstIndex(where: { $0.choice == choice && $0.id == call.id }) {
      let open = openCalls.remove(at: place)
      guard let extra = call.seal?.chatExtra else { return [] }
      var piece = ChatCompletionChunk.ToolCallDelta(index: Int(open.index), isCustom: call.isCustom)
      piece.other = extra
      return [chunk(choice) { $0.toolCalls = [piece] }]
    }
    let index = nextCall[choice] ?? 0
    nextCall[choice] = index + 1
    var whole = ChatCompletionChunk.ToolCallDelta(
      index: Int(index), id: call.id, name: call.name, arguments: call.arguments, isCustom: call.isCustom)
    whole.other = call.seal?.chatExtra ?? [:]
    return [chunk(choice) { $0.toolCalls = [whole] }]
  }

  private func ends(_ finish: Finish) -> [ChatCompletionChunk] {
    let ends =
      finish.choices.isEmpty
      ? [ChoiceFinish(choice: 0, reason: finish.reason, native: finish.native)] : finish.choices
    // Who gave no reason is given none: a converter invents no "stop" (rules C1, C12).
    var chunks = ends.compactMap { end -> ChatCompletionChunk? in
      let known = end.reason?.chatWord(hasRefused: refusals.contains(end.choice))
      guard let word = keepsNativeWords ? end.native ?? known : known ?? end.native else { return nil }
      var chunk = chunk(end.choice) { _ in }
      chunk.choices[0].finishReason = end.reason ?? FinishReason(chat: word)
      chunk.choices[0].finishWord = word
      return chunk
    }
    // Of usage that nobody reported nothing is said: absent is not zero. A finish that has counts has those of all rounds.
    if includesUsage, let usage = usage.map({ finish.usage ?? $0 }) {
      var last = names
      last.usage = usage
      chunks.append(last)
    }
    return chunks
  }
}

extension Seal {
  /// What goes back in this dialect with a call, or with words: Google's `extra_content`. Pieces are one object.
  var chatExtra: JSONObject? {
    guard dialect == .openAIChat, let details else { return nil }
    let pieces = (details.array ?? [details]).compactMap { $0["extra_content"]?.object }
    guard !pieces.isEmpty else { return nil }
    var extra: JSONObject = [:]
    for piece in pieces { extra.merge(piece) }
    return ["extra_content": .object(extra)]
  }
}
