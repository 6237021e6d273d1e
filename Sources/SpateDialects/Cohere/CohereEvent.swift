// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one event of a stream: nothing is decoded yet, and nothing changes until the whole
/// event is known to be valid.
struct CohereEvent: Sendable {
  var type: JSONSlice?
  var id: JSONSlice?
  var index: JSONSlice?
  var error: JSONSlice?
  /// Only errors have one at the top.
  var message: JSONSlice?
  var logprobs: JSONSlice?
  var text: JSONSlice?
  var thinking: JSONSlice?
  var contentType: JSONSlice?
  var toolPlan: JSONSlice?
  var tool: ChatChunk.Tool?
  var citations: JSONSlice?
  var finish: JSONSlice?
  var usage: JSONSlice?

  /// Reads an event; false when it is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    self = CohereEvent()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "type") {
        type = json.string()
      } else if json.equals(key, "index") {
        index = json.number()
      } else if json.equals(key, "delta") {
        readDelta(&json)
      } else if json.equals(key, "id") {
        id = json.string()
      } else if json.equals(key, "error") {
        error = Self.unlessNull(&json)
      } else if json.equals(key, "message") {
        message = json.string()
      } else if json.equals(key, "logprobs") {
        logprobs = Self.unlessNull(&json)
      } else {
        json.skip()
      }
    }
    return true
  }

  private mutating func readDelta(_ json: inout JSONScanner) {
    guard json.kind() == .object, json.beginObject() else { return json.skip() }
    while let key = json.nextKey() {
      if json.equals(key, "message") {
        readMessage(&json)
      } else if json.equals(key, "finish_reason") {
        finish = json.string()
      } else if json.equals(key, "usage") {
        usage = Self.unlessNull(&json)
      } else if json.equals(key, "error") {
        error = Self.unlessNull(&json)
      } else {
        json.skip()
      }
    }
  }

  private mutating func readMessage(_ json: inout JSONScanner) {
    guard json.kind() == .object, json.beginObject() else { return json.skip() }
    while let key = json.nextKey() {
      if json.equals(key, "content") {
        readContent(&json)
      } else if json.equals(key, "tool_plan") {
        toolPlan = json.string()
      } else if json.equals(key, "tool_calls") {
        readTool(&json)
      } else if json.equals(key, "citations") {
        citations = Self.unlessNull(&json)
      } else {
        json.skip()
      }
    }
  }

  private mutating func readContent(_ json: inout JSONScanner) {
    guard json.kind() == .object, json.beginObject() else { return json.skip() }
    while let key = json.nextKey() {
      if json.equals(key, "text") {
        text = json.string()
      } else if json.equals(key, "thinking") {
        thinking = json.string()
      } else if json.equals(key, "type") {
        contentType = json.string()
      } else {
        json.skip()
      }
    }
  }

  /// One call, by itself; an empty list begins a message.
  private mutating func readTool(_ json: inout JSONScanner) {
    guard json.kind() == .object, json.beginObject() else { return json.skip() }
    var tool = ChatChunk.Tool()
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
    self.tool = tool
  }

  private static func unlessNull(_ json: inout JSONScanner) -> JSONSlice? { json.isNull() ? nil : json.slice() }
}

/// What differs from event to event, and where everything is.
extension CohereEvent: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    holes.add(.string, text)
    holes.add(.string, thinking)
    holes.add(.string, toolPlan)
    holes.add(.value, logprobs)
    holes.add(.value, citations)
    if let tool {
      holes.add(.string, tool.id)
      holes.add(.string, tool.name)
      if tool.argumentsAreText { holes.add(.string, tool.arguments) }
    }
    if text == nil, thinking == nil { holes.add(.number, index) }
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&type)
    template.move(&id)
    template.move(&index)
    template.move(&error)
    template.move(&message)
    template.move(&logprobs)
    template.move(&text)
    template.move(&thinking)
    template.move(&contentType)
    template.move(&toolPlan)
    template.move(&citations)
    template.move(&finish)
    template.move(&usage)
    tool?.move(by: template)
  }
}
