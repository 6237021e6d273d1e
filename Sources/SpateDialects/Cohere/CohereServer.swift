// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Cohere's v2 chat.
struct CohereServer: ServerDialect {
  let idPrefix = ""

  func serves(_ request: ServedRequest) -> Bool { request.method == "POST" && request.path.hasSuffix("/v2/chat") }

  /// The path is OpenAI's too: the question behind it is not.
  func servesModels(_ request: ServedRequest) -> Bool {
    request.method == "GET" && request.path.hasSuffix("/v1/models") && request.query?.contains("endpoint=") == true
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest { try CohereRequestReader.read(request.body) }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter { CohereWriter(start: start) }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] { CohereAnswer.bytes(of: events) }

  func body(of failure: ServedFailure) -> [UInt8] {
    JSONValue.object(["id": "simulated", "message": .string(Self.words(of: failure))]).bytes
  }

  /// The words for a status, where the failure has none of its own.
  static func words(of failure: ServedFailure) -> String {
    if let message = failure.message { return message }
    return switch failure.status {
    case 401, 403: "invalid api token"
    case 404: "the model was not found, or you do not have access to it"
    case 429: "You are past the rate limit of your key. Please wait and try again later."
    case 400..<500: "invalid request: it can not be answered"
    default: "internal server error"
    }
  }

  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    let (page, rest) = PageOfModels.after(
      URLText.field("page_token", of: request.query), limit: URLText.field("page_size", of: request.query), usual: 20,
      models)
    let list = page.map { model in
      var entry: JSONObject = ["name": .string(model.id), "endpoints": ["chat"], "finetuned": false]
      if let length = model.contextLength { entry["context_length"] = .number(JSONNumber(length)) }
      for (key, value) in model.native.object?.members ?? [] { entry[key] = value }
      return JSONValue.object(entry)
    }
    var fields: JSONObject = ["models": .array(list)]
    if rest { fields["next_page_token"] = page.last.map { .string($0.id) } }
    return JSONValue.object(fields).bytes
  }
}

/// A whole answer as one document.
enum CohereAnswer {
  static func bytes(of events: [StreamEvent]) -> [UInt8] {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let answer = accumulator.partial
    var content: [JSONValue] = []
    var citations: [JSONValue] = []
    var message: JSONObject = ["role": "assistant"]
    for part in answer.message.content {
      switch part {
      case .reasoning(let thought): content.append(["type": "thinking", "thinking": .string(thought.text)])
      // It has no words for a refusal: they are words.
      case .text(let words), .refusal(let words): content.append(["type": "text", "text": .string(words)])
      case .annotated(let words):
        content.append(["type": "text", "text": .string(words.text)])
        if words.seal?.isFor(.cohere) ?? true { citations += words.citations }
      case .native(let native) where native.dialect == .cohere:
        if let plan = native.value["tool_plan"] { message["tool_plan"] = plan }
        citations += native.value["citations"]?.array ?? []
      default: break
      }
    }
    if !content.isEmpty || answer.toolCalls.isEmpty { message["content"] = .array(content) }
    if !answer.toolCalls.isEmpty { message["tool_calls"] = .array(answer.toolCalls.map { $0.cohere() }) }
    if !citations.isEmpty { message["citations"] = .array(citations) }
    var fields: JSONObject = ["id": .string(answer.id ?? ""), "message": .object(message)]
    fields["finish_reason"] = .string(answer.nativeFinish ?? answer.finish?.cohereWord ?? "COMPLETE")
    if let usage = answer.usage { fields["usage"] = usage.cohere }
    if !answer.logprobs.isEmpty { fields["logprobs"] = .array(answer.logprobs) }
    return JSONValue.object(fields).bytes
  }
}

extension ToolCall {
  /// A call as Cohere writes it.
  func cohere(isEmpty: Bool = false) -> JSONValue {
    let function: JSONObject = ["name": .string(name), "arguments": .string(isEmpty ? "" : arguments)]
    return ["id": .string(id), "type": "function", "function": .object(function)]
  }
}

extension Usage {
  /// The counts in Cohere's shape.
  var cohere: JSONValue {
    func number(_ count: Int?) -> JSONValue? { count.map { .number(JSONNumber($0)) } }
    var tokens: JSONObject = [:]
    tokens["input_tokens"] = number(input)
    tokens["output_tokens"] = number(output)
    let billed = tokens
    tokens["reasoning_tokens"] = number(reasoning)
    var report: JSONObject = ["billed_units": .object(billed), "tokens": .object(tokens)]
    report["cached_tokens"] = number(cachedInput)
    return .object(report)
  }
}
