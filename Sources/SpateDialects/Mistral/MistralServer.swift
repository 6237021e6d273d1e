// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Mistral's chat. Its path is OpenAI's, so it is told by a word before it: `/mistral/v1/...`.
struct MistralServer: ServerDialect {
  let idPrefix = ""

  func serves(_ request: ServedRequest) -> Bool {
    request.path.hasPrefix("/mistral/") && OpenAIChatServer().serves(request)
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    var fields = try RequestFields(body: request.body).rest
    if let seed = fields["random_seed"] {
      fields["random_seed"] = nil
      fields["seed"] = seed
    }
    if fields["tool_choice"] == "any" { fields["tool_choice"] = "required" }
    var read = try ChatRequestReader.read(JSONValue.object(fields).bytes) { (message, place) throws(SpateError) in
      try MistralMessageReader.read(message, at: place)
    }
    // Nobody can ask for it: it always comes.
    read.options.streamUsage = nil
    guard read.options.n ?? 1 <= 128 else { throw SpateError(.badRequest, "n must be at most 128") }
    return read
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter { MistralWriter(start: start) }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] { MistralWriter.document(of: events) }

  /// A key that is refused is so in words of its own.
  func body(of failure: ServedFailure) -> [UInt8] {
    guard failure.status == 401 else { return Self.error(of: failure).bytes }
    return JSONValue.object(["detail": .string(failure.message ?? "Invalid API Key")]).bytes
  }

  func servesModels(_ request: ServedRequest) -> Bool {
    request.path.hasPrefix("/mistral/") && OpenAIChatServer().servesModels(request)
  }

  /// Beside what OpenAI's has, an entry says its kind and what it can do: clients want that.
  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    let list = models.map { model in
      var entry: JSONObject = [
        "id": .string(model.id), "object": "model", "created": .number(JSONNumber(model.created ?? 0)),
        "owned_by": .string(model.owner ?? "mistralai"), "type": "base",
        "capabilities": ["completion_chat": true, "function_calling": true],
      ]
      for (key, value) in model.native.object?.members ?? [] { entry[key] = value }
      return JSONValue.object(entry)
    }
    return JSONValue.object(["object": "list", "data": .array(list)]).bytes
  }

  /// An error as Mistral words it.
  static func error(of failure: ServedFailure) -> JSONValue {
    let known: (message: String, type: String) =
      switch failure.status {
      case 404: ("Invalid model", "invalid_model")
      case 429: ("Requests rate limit exceeded", "rate_limited")
      case 400..<500: ("The request can not be answered", "invalid_request_error")
      default: ("Service unavailable", "internal_server_error")
      }
    return [
      "object": "error", "message": .string(failure.message ?? known.message),
      "type": .string(failure.type ?? known.type), "param": nil, "code": failure.code.map(JSONValue.string) ?? .null,
      "raw_status_code": .number(JSONNumber(failure.status)),
    ]
  }
}

/// Reads one message of a request in Mistral's shape.
enum MistralMessageReader {
  static func read(_ value: JSONValue, at place: String) throws(SpateError) -> Message {
    guard var fields = value.object, let list = fields["content"]?.array else {
      return try ChatMessageReader.read(withTexts(value), at: place)
    }
    guard fields["role"] == "assistant" else {
      fields["content"] = .array(list.map(shared))
      return try ChatMessageReader.read(.object(fields), at: place)
    }
    fields["content"] = nil
    let rest = try ChatMessageReader.read(withTexts(.object(fields)), at: place)
    return Message(role: .assistant, content: list.map(part) + rest.content, name: rest.name)
  }

  /// Arguments may be objects here.
  private static func withTexts(_ value: JSONValue) -> JSONValue {
    guard var fields = value.object, let calls = fields["tool_calls"]?.array else { return value }
    fields["tool_calls"] = .array(
      calls.map { call in
        guard var fields = call.object, var function = fields["function"]?.object,
          let arguments = function["arguments"], arguments.string == nil
        else { return call }
        function["arguments"] = .string(arguments.description)
        fields["function"] = .object(function)
        return .object(fields)
      })
    return .object(fields)
  }

  private static func part(_ value: JSONValue) -> ContentPart {
    switch value["type"]?.string {
    case "text": return .text(value["text"]?.string ?? "")
    case "thinking":
      let text = value["thinking"]?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
      return .reasoning(Reasoning(text: text, signature: value["signature"]?.string, dialect: .mistral))
    case let type: return .native(NativePart(dialect: .mistral, type: type ?? "", value: value))
    }
  }

  /// The same part in OpenAI's words, where it has any.
  private static func shared(_ part: JSONValue) -> JSONValue {
    switch part["type"]?.string {
    case "document_url":
      var file: JSONObject = [:]
      file["file_data"] = part["document_url"]
      if let name = part["document_name"]?.string { file["filename"] = .string(name) }
      return ["type": "file", "file": .object(file)]
    case "file" where part["file_id"] != nil: return ["type": "file", "file": ["file_id": part["file_id"] ?? .null]]
    case "input_audio" where part["input_audio"]?.string != nil:
      return ["type": "input_audio", "input_audio": ["data": part["input_audio"] ?? .null, "format": "wav"]]
    default: return part
    }
  }
}
