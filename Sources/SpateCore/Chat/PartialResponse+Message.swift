// SPDX-License-Identifier: Apache-2.0

extension PartialResponse.Choice {
  mutating func append(text delta: TextDelta) {
    outline.text(delta.block, from: text.utf8.count)
    text += delta.text
  }

  mutating func append(reasoning delta: TextDelta) {
    outline.reasoning(delta.block, from: reasoning.utf8.count)
    reasoning += delta.text
  }
}

extension PartialResponse {
  /// The answer as a turn of the conversation, to send back: the first one, with its parts as they came.
  ///
  /// Dialects that number no blocks get thoughts, words, refusal and calls in this order.
  public var message: Message { .assistant(choices[0].outline.isOrdered ? orderedParts : plainParts) }

  // MARK: Dialects that number blocks

  private var orderedParts: [ContentPart] {
    let choice = choices[0]
    return choice.outline.entries.compactMap { entry in
      switch entry {
      case .reasoning(let block): .reasoning(thought(block))
      case .text(let block):
        words(block, TurnOutline.words(of: block, in: choice.text, choice.outline.textRuns))
      case .refusal: choice.refusal.map(ContentPart.refusal)
      case .toolCall(let place):
        choice.toolCalls.indices.contains(place) ? .toolCall(choice.toolCalls[place]) : nil
      case .part(let part): part
      }
    }
  }

  private func seal(of block: Int32, in details: [BlockSeal]) -> Seal? {
    details.lazy.filter { $0.choice <= 0 && $0.block == block }.map(\.seal).reduce(nil as Seal?) {
      $0?.followed(by: $1) ?? $1
    }
  }

  private func thought(_ block: Int32) -> Reasoning {
    let text = TurnOutline.words(of: block, in: choices[0].reasoning, choices[0].outline.reasoningRuns)
    var seal = seal(of: block, in: reasoningDetails)
    if let list = seal?.details?.array { seal?.details = .array(Reasoning.merged(list)) }
    return Reasoning(text: text, seal: seal)
  }

  private func words(_ block: Int32, _ text: String) -> ContentPart? {
    let cited = sources.filter { $0.choice <= 0 && $0.block == block && $0.dialect != nil }
    let seal = seal(of: block, in: textDetails) ?? cited.first.map { Seal(dialect: $0.dialect) }
    guard seal != nil else { return text.isEmpty ? nil : .text(text) }
    return .annotated(AnnotatedText(text, citations: cited.map(\.native), seal: seal))
  }

  // MARK: All others

  private var plainParts: [ContentPart] {
    var parts: [ContentPart] = []
    let details = reasoningDetails.filter { $0.choice <= 0 }
    if !reasoning.isEmpty || !details.isEmpty {
      let values = details.compactMap(\.details).flatMap { $0.array ?? [$0] }
      // A seal may say nothing but its dialect: that the thoughts are that provider's own.
      let seal = Seal(
        dialect: details.lazy.compactMap(\.seal.dialect).first, signature: signature(of: details),
        details: values.isEmpty ? nil : .array(Reasoning.merged(values)))
      parts.append(.reasoning(Reasoning(text: reasoning, seal: details.isEmpty ? nil : seal)))
    }
    if let words = words(0, text) { parts.append(words) }
    if let refusal { parts.append(.refusal(refusal)) }
    return parts + toolCalls.map(ContentPart.toolCall)
  }

  /// Of details that are kept whole the last signature counts: they repeat it.
  private func signature(of details: [BlockSeal]) -> String? {
    if details.contains(where: { $0.details != nil }) { return details.last { $0.signature != nil }?.signature }
    let pieces = details.compactMap(\.signature)
    return pieces.isEmpty ? nil : pieces.joined()
  }
}
