// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Reads the contents of a request in Gemini's shape. Results of tools become messages of their own role; calls and
/// results that bear no id get one by their order.
struct GeminiMessageReader {
  /// The calls that no result has answered yet.
  private var waiting: [(id: String, name: String)] = []
  private var count = 0

  /// The data of a part, one of these.
  private static let kinds = [
    "text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult",
    "toolCall", "toolResponse",
  ]

  /// `place` names the content in errors.
  mutating func read(_ value: JSONValue, at place: String) throws(SpateError) -> [Message] {
    // Some clients send bare texts.
    if let text = value.string { return [.user(text)] }
    switch value["role"]?.string ?? "user" {
    case "model": return [.assistant(try parts(value, at: place, isModel: true))]
    case "user", "function", "tool": return Self.split(try parts(value, at: place, isModel: false))
    default: throw SpateError(.badRequest, "\(place).role: Please use a valid role: user, model.")
    }
  }

  /// What a user says, and what tools answered, in order.
  private static func split(_ parts: [ContentPart]) -> [Message] {
    var messages: [Message] = []
    for part in parts {
      let role: Message.Role = if case .toolResult = part { .tool } else { .user }
      if messages.last?.role == role {
        messages[messages.count - 1].content.append(part)
      } else {
        messages.append(Message(role: role, content: [part]))
      }
    }
    return messages.isEmpty ? [.user([])] : messages
  }

  /// The parts of a content, or of the system's words.
  mutating func parts(_ value: JSONValue, at place: String, isModel: Bool) throws(SpateError) -> [ContentPart] {
    if let text = value.string { return [.text(text)] }
    guard let parts = value["parts"] else { throw GeminiFields.wrong("\(place).parts", "a list of parts") }
    guard let list = parts.array ?? parts.object.map({ [.object($0)] }) else {
      throw GeminiFields.wrong("\(place).parts", "a list of parts")
    }
    var content: [ContentPart] = []
    for (index, value) in list.enumerated() {
      if let text = value.string {
        content.append(.text(text))
        continue
      }
      guard let object = value.object else { throw GeminiFields.wrong("\(place).parts[\(index)]", "an object") }
      content.append(try part(object, "\(place).parts[\(index)]", isModel))
    }
    return content
  }

  private mutating func part(
    _ object: JSONObject, _ place: String, _ isModel: Bool
  ) throws(SpateError) -> ContentPart {
    var fields = GeminiFields(object)
    let kind = Self.kinds.first { fields.peek($0) != nil } ?? ""
    let data = fields.take(kind)
    let isThought = fields.take("thought")?.bool ?? false
    let signature = fields.take("thoughtSignature")?.string
    let details: JSONValue? = fields.rest.isEmpty ? nil : .object(fields.rest)
    let hasSeal = signature != nil || details != nil
    let seal = Seal(dialect: .gemini, signature: signature, details: details)
    switch kind {
    case "text":
      guard let text = data?.string else { throw GeminiFields.wrong("\(place).text", "text") }
      if isThought { return .reasoning(Reasoning(text: text, seal: seal)) }
      return hasSeal ? .annotated(AnnotatedText(text, seal: seal)) : .text(text)
    case "functionCall": return try call(data, object, place)
    case "functionResponse": return try result(data, object, place)
    case "inlineData", "fileData":
      var plain: JSONObject = [kind: data.map { Self.spelled($0) } ?? .null]
      plain["thoughtSignature"] = signature.map(JSONValue.string)
      if details == nil, !isThought, let media = GeminiMedia(.object(plain)) { return media.part }
    case "executableCode", "toolCall", "codeExecutionResult", "toolResponse":
      let seal = Seal(dialect: .gemini, details: .object(object))
      return .providerTool(ProviderTool(id: data?["id"]?.string ?? "", name: kind, output: data, seal: seal))
    case "" where signature == nil && details == nil:
      throw SpateError(.badRequest, "\(place): required oneof field 'data' must have one initialized field")
    default: break
    }
    return .native(NativePart(dialect: .gemini, type: kind, value: .object(object)))
  }

  /// The names of `inlineData` and `fileData` as Google writes them.
  private static func spelled(_ value: JSONValue) -> JSONValue {
    guard let object = value.object else { return value }
    var fields = GeminiFields(object)
    var plain = JSONObject()
    for name in ["mimeType", "data", "fileUri"] { if let value = fields.take(name) { plain[name] = value } }
    plain.merge(fields.rest)
    return .object(plain)
  }

  private mutating func call(
    _ data: JSONValue?, _ object: JSONObject, _ place: String
  ) throws(SpateError) -> ContentPart {
    guard let call = data?.object, let name = call["name"]?.string, !name.isEmpty else {
      throw GeminiFields.wrong("\(place).function_call.name", "text")
    }
    let id = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "call-\(count)"
    count += 1
    waiting.append((id, name))
    var part = object
    part["functionCall"] = .object(call)
    part["function_call"] = nil
    if let signature = part["thought_signature"] {
      part["thought_signature"] = nil
      part["thoughtSignature"] = signature
    }
    return .toolCall(
      ToolCall(id: id, name: name, arguments: call["args"]?.description ?? "{}", seal: GeminiCalls.seal(of: part)))
  }

  private mutating func result(
    _ data: JSONValue?, _ object: JSONObject, _ place: String
  ) throws(SpateError) -> ContentPart {
    guard let response = data?.object, let name = response["name"]?.string, !name.isEmpty else {
      throw GeminiFields.wrong("\(place).function_response.name", "text")
    }
    // By its id, else the first call of this name that waits.
    let given = response["id"]?.string
    let place = waiting.firstIndex { $0.id == given } ?? waiting.firstIndex { $0.name == name }
    let id = given ?? place.map { waiting[$0].id } ?? name
    if let place { waiting.remove(at: place) }
    var content: [ContentPart] = []
    let answer = response["response"] ?? [:]
    let fields = answer.object?.members ?? []
    let isError = fields.count == 1 && fields[0].key == "error"
    if fields.count == 1, isError || ["output", "result"].contains(fields[0].key) {
      content.append(.text(fields[0].value.string ?? fields[0].value.description))
    } else {
      content.append(.text(answer.description))
    }
    for part in response["parts"]?.array ?? [] { if let media = GeminiMedia(part) { content.append(media.part) } }
    return .toolResult(ToolResult(callID: id, name: name, content: content, isError: isError))
  }
}
