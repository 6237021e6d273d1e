// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What differs from chunk to chunk, and where everything is.
extension ChatChunk: TemplatedEvent {
  mutating func read(_ json: inout JSONScanner) -> Bool { read(&json, isWhole: false) }

  func holes(into holes: inout [JSONTemplate.Hole]) {
    for choice in choices {
      if choice.contentKind == .string { holes.add(.string, choice.content) }
      // Mistral's typed blocks.
      if choice.contentKind == .array { holes.add(.value, choice.content) }
      // Which of the names for reasoning counts depends on there being some.
      if choice.reasoningKind == .string { holes.add(.words, choice.reasoning) }
      holes.add(.value, choice.reasoningDetails)
      holes.add(.value, choice.logprobs)
    }
    for tool in tools {
      holes.add(.number, tool.index)
      holes.add(.string, tool.id)
      holes.add(.string, tool.name)
      if tool.argumentsAreText { holes.add(.string, tool.arguments) }
    }
    holes.add(.numbers, usage)
    holes.add(.string, padding)
  }

  /// Some say in each chunk that there is no reason yet. The counts stand in a chunk of their own behind it.
  var isLast: Bool { choices.isEmpty || choices.count == 1 && choices[0].finish?.isEmpty == false }

  /// Many say first who speaks, and nothing else.
  var isOpening: Bool {
    tools.isEmpty
      && choices.allSatisfy { ($0.content?.isEmpty ?? true || $0.contentKind == .null) && $0.reasoning == nil }
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&id)
    template.move(&model)
    template.move(&created)
    template.move(&error)
    template.move(&usage)
    template.move(&padding)
    for index in choices.indices { choices[index].move(by: template) }
    for index in tools.indices { tools[index].move(by: template) }
    for index in extras.indices { extras[index].move(by: template) }
  }
}

extension ChatChunk.Choice {
  /// Only its words and its thoughts say something.
  var isPlain: Bool {
    finish == nil && refusal == nil && reasoningDetails == nil && annotations == nil && audio == nil && logprobs == nil
      && usage == nil && legacyText == nil && tools.isEmpty && function == nil
      && (content == nil || contentKind == .string) && (reasoning == nil || reasoningKind == .string)
  }

  fileprivate mutating func move(by template: borrowing JSONTemplate) {
    template.move(&index)
    template.move(&finish)
    template.move(&content)
    template.move(&refusal)
    template.move(&reasoning)
    template.move(&reasoningDetails)
    template.move(&annotations)
    template.move(&audio)
    template.move(&logprobs)
    template.move(&usage)
    template.move(&legacyText)
    function?.move(by: template)
  }
}

extension ChatChunk.Tool {
  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&index)
    template.move(&id)
    template.move(&name)
    template.move(&arguments)
    template.move(&extra)
  }
}

extension ChatChunk.Extra {
  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&key)
    template.move(&value)
  }
}
