// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one line of an answer, or in a whole one: nothing is decoded yet, and nothing
/// changes until the whole line is known to be valid.
struct OllamaLine: Sendable {
  var model: JSONSlice?
  var createdAt: JSONSlice?
  var error: JSONSlice?
  var hasMessage = false
  var content: JSONSlice?
  var thinking: JSONSlice?
  var tools: [ChatChunk.Tool] = []
  var logprobs: JSONSlice?
  var isDone = false
  var doneReason: JSONSlice?
  var inputCount: JSONSlice?
  var outputCount: JSONSlice?
  /// It has more calls than any honest one: the places of further ones are not kept.
  private(set) var isOverfull = false
  /// Fields that have no name here.
  var extras: [ChatChunk.Extra] = []

  /// Reads a line; false when it is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    reset()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "message") {
        readMessage(&json)
      } else if json.equals(key, "done") {
        isDone = json.bool() ?? false
      } else if json.equals(key, "created_at") {
        createdAt = json.string()
      } else if json.equals(key, "model") {
        model = json.string()
      } else if json.equals(key, "done_reason") {
        doneReason = json.string()
      } else if json.equals(key, "prompt_eval_count") {
        inputCount = Self.unlessNull(&json)
      } else if json.equals(key, "eval_count") {
        outputCount = Self.unlessNull(&json)
      } else if json.equals(key, "logprobs") {
        logprobs = Self.unlessNull(&json)
      } else if json.equals(key, "error") {
        error = Self.unlessNull(&json)
      } else {
        readExtra(&json, key, scope: .chunk)
      }
    }
    return true
  }

  private mutating func reset() {
    (model, createdAt, error, logprobs, doneReason, inputCount, outputCount) = (nil, nil, nil, nil, nil, nil, nil)
    (hasMessage, isDone, isOverfull) = (false, false, false)
    resetMessage()
    extras.removeAll(keepingCapacity: true)
  }

  private mutating func resetMessage() {
    (content, thinking) = (nil, nil)
    tools.removeAll(keepingCapacity: true)
  }

  private mutating func readMessage(_ json: inout JSONScanner) {
    resetMessage()
    guard json.kind() == .object, json.beginObject() else { return json.skip() }
    hasMessage = true
    while let key = json.nextKey() {
      if json.equals(key, "content") {
        content = json.string()
      } else if json.equals(key, "thinking") {
        thinking = json.string()
      } else if json.equals(key, "tool_calls") {
        readToolCalls(&json)
      } else if json.equals(key, "role") {
        json.skip()
      } else {
        readExtra(&json, key, scope: .delta)
      }
    }
  }

  private mutating func readToolCalls(_ json: inout JSONScanner) {
    tools.removeAll(keepingCapacity: true)
    guard json.beginArray() else { return json.skip() }
    while json.nextElement() {
      isOverfull = isOverfull || tools.count == ChatChunk.entryLimit
      guard !isOverfull, json.kind() == .object else {
        json.skip()
        continue
      }
      tools.append(readToolCall(&json))
    }
  }

  /// `{"id", "function": {"name", "arguments": {...}}}`: no id in older servers, and arguments are the object itself, or
  /// its text (rule N14).
  private func readToolCall(_ json: inout JSONScanner) -> ChatChunk.Tool {
    var tool = ChatChunk.Tool()
    guard json.beginObject() else { return tool }
    while let key = json.nextKey() {
      if json.equals(key, "id") {
        tool.id = json.string()
      } else if json.equals(key, "function"), json.kind() == .object, json.beginObject() {
        while let key = json.nextKey() {
          if json.equals(key, "name") {
            tool.name = json.string()
          } else if json.equals(key, "arguments") {
            tool.argumentsAreText = json.kind() == .string
            tool.arguments = tool.argumentsAreText ? json.string() : Self.unlessNull(&json)
          } else {
            json.skip()
          }
        }
      } else {
        json.skip()
      }
    }
    return tool
  }

  private mutating func readExtra(_ json: inout JSONScanner, _ key: JSONSlice, scope: ChatChunk.Scope) {
    guard extras.count < ChatChunk.entryLimit else { return json.skip() }
    guard let value = Self.unlessNull(&json) else { return }
    extras.append(ChatChunk.Extra(scope: scope, key: key, value: value))
  }

  private static func unlessNull(_ json: inout JSONScanner) -> JSONSlice? { json.isNull() ? nil : json.slice() }
}

/// What differs from event to event, and where everything is.
extension OllamaLine: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    holes.add(.string, createdAt)
    holes.add(.string, content)
    holes.add(.string, thinking)
    holes.add(.value, logprobs)
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&model)
    template.move(&createdAt)
    template.move(&error)
    template.move(&content)
    template.move(&thinking)
    template.move(&logprobs)
    template.move(&doneReason)
    template.move(&inputCount)
    template.move(&outputCount)
    for index in tools.indices { tools[index].move(by: template) }
    for index in extras.indices { extras[index].move(by: template) }
  }
}
