// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Script {
  /// The events that it stands for, as an answer to `request`.
  ///
  /// Several answers come interleaved, a piece of each in turn, as OpenAI sends them.
  func events(start: ResponseStart, request: ChatRequest) -> [StreamEvent] {
    let count = max(request.options.n ?? 1, 1)
    var events: [StreamEvent] = [.start(start)]
    if count == 1 {
      events += answer(0)
    } else {
      let answers = (0..<count).map { answer(Int32($0)) }
      for turn in 0..<(answers.map(\.count).max() ?? 0) {
        for answer in answers where turn < answer.count { events.append(answer[turn]) }
      }
    }
    events.append(.usage(usage ?? counted(request, answers: count)))
    let reason = finish ?? (toolCalls.isEmpty ? .stop : .toolCalls)
    let ends = (0..<count).map { ChoiceFinish(choice: Int32($0), reason: reason, native: nil) }
    events.append(.finish(Finish(reason: reason, native: nil, choices: count > 1 ? ends : [])))
    return events
  }

  private func answer(_ choice: Int32) -> [StreamEvent] {
    var events: [StreamEvent] = []
    events += pieces(of: reasoning).map { .reasoning(TextDelta($0, choice: choice)) }
    if !reasoning.isEmpty {
      // Dialects with signed thoughts send it, and want it back.
      events.append(.reasoningDetail(BlockSeal(Seal(signature: Self.signature), choice: choice)))
    }
    events += pieces(of: words(of: Int(choice))).map { .text(TextDelta($0, choice: choice)) }
    events += pieces(of: refusal).map { .refusal(TextDelta($0, choice: choice)) }
    for (index, call) in toolCalls.enumerated() {
      let index = Int32(index)
      events.append(.toolInputStart(ToolInputStart(index: index, choice: choice, id: call.id, name: call.name)))
      events += pieces(of: call.arguments).map {
        .toolInputDelta(ToolInputDelta(index: index, choice: choice, arguments: $0))
      }
    }
    return events
  }

  /// "simulated" in base64, as providers write it.
  private static let signature = "c2ltdWxhdGVk"

  private func words(of choice: Int) -> String {
    (1...max(alternatives.count, 1)).contains(choice) && !alternatives.isEmpty ? alternatives[choice - 1] : text
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

  /// A word is a token.
  private func counted(_ request: ChatRequest, answers: Int) -> Usage {
    func words(_ text: String) -> Int { text.split(whereSeparator: \.isWhitespace).count }
    let thoughts = words(reasoning) * answers
    let spoken = (0..<answers).reduce(0) { $0 + words(self.words(of: $1)) + words(refusal) + toolCalls.count }
    return Usage(
      input: request.messages.reduce(0) { $0 + words($1.spokenText) }, output: thoughts + spoken,
      reasoning: thoughts > 0 ? thoughts : nil)
  }
}

extension Message {
  /// Its words, those of tools' results included.
  var spokenText: String {
    content.reduce(into: "") { text, part in
      switch part {
      case .text(let words): text += words
      case .toolResult(let result): for case .text(let words) in result.content { text += words }
      default: break
      }
    }
  }
}

extension ChatRequest {
  /// The words of the last user's message.
  var lastUserText: String { messages.last { $0.role == .user }?.text ?? "" }
}
