// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The calls of tools in a chunk.
extension ChatChunk {
  mutating func readToolCalls(_ json: inout JSONScanner, _ choice: inout Choice) {
    let start = tools.count
    guard json.beginArray() else { return json.skip() }
    while json.nextElement() {
      isOverfull = isOverfull || tools.count == Self.entryLimit
      guard !isOverfull, json.kind() == .object else {
        json.skip()
        continue
      }
      tools.append(readToolCall(&json))
    }
    choice.tools = start..<tools.count
  }

  private func readToolCall(_ json: inout JSONScanner) -> Tool {
    var tool = Tool()
    guard json.beginObject() else { return tool }
    while let key = json.nextKey() {
      if json.equals(key, "index") {
        tool.index = json.number()
      } else if json.equals(key, "id") {
        tool.id = json.string()
      } else if json.equals(key, "function") || json.equals(key, "custom") {
        guard let function = readFunction(&json) else { continue }
        (tool.name, tool.arguments) = (function.name, function.arguments)
        (tool.argumentsAreText, tool.isCustom) = (function.argumentsAreText, function.isCustom)
      } else if json.equals(key, "extra_content") {
        tool.extra = json.kind() == .object ? json.slice() : Self.skipped(&json)
      } else {
        json.skip()
      }
    }
    return tool
  }

  /// `{"name", "arguments"}`, or a custom tool's `{"name", "input"}`.
  func readFunction(_ json: inout JSONScanner) -> Tool? {
    guard json.kind() == .object, json.beginObject() else {
      json.skip()
      return nil
    }
    var tool = Tool()
    while let key = json.nextKey() {
      if json.equals(key, "name") {
        tool.name = json.string()
      } else if json.equals(key, "arguments") || json.equals(key, "input") {
        tool.isCustom = json.equals(key, "input")
        tool.argumentsAreText = json.kind() == .string
        tool.arguments = tool.argumentsAreText ? json.string() : Self.unlessNull(&json)
      } else {
        json.skip()
      }
    }
    return tool
  }
}
