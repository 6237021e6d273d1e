// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Ollama's own chat.
struct OllamaServer: ServerDialect {
  /// Its answers have no ids.
  let idPrefix = ""
  let streamType = "application/x-ndjson"

  func serves(_ request: ServedRequest) -> Bool { request.method == "POST" && request.path.hasSuffix("/api/chat") }

  func servesModels(_ request: ServedRequest) -> Bool { request.method == "GET" && request.path.hasSuffix("/api/tags") }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest { try OllamaRequestReader.read(request.body) }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter { OllamaWriter(start: start) }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    var accumulator = Accumulator()
    for event in events { accumulator.add(event) }
    let answer = accumulator.partial
    var message: JSONObject = ["role": "assistant", "content": .string(answer.text + (answer.refusal ?? ""))]
    if !answer.reasoning.isEmpty { message["thinking"] = .string(answer.reasoning) }
    if !answer.toolCalls.isEmpty {
      message["tool_calls"] = .array(answer.toolCalls.enumerated().map { $1.ollama(number: $0) })
    }
    let start = ResponseStart(id: answer.id, model: answer.model, created: answer.created)
    var line = OllamaWriter.beginning(start)
    line["message"] = .object(message)
    let logprobs = answer.logprobs.flatMap { $0.array ?? [$0] }
    if !logprobs.isEmpty { line["logprobs"] = .array(logprobs) }
    line.merge(OllamaWriter.end(answer.nativeFinish ?? answer.finish?.ollamaWord ?? "stop", answer.usage))
    return JSONValue.object(line).bytes
  }

  func body(of failure: ServedFailure) -> [UInt8] {
    JSONValue.object(["error": .string(Self.words(of: failure))]).bytes
  }

  /// The words for a status, where the failure has none of its own.
  static func words(of failure: ServedFailure) -> String {
    if let message = failure.message { return message }
    return switch failure.status {
    case 401, 403: "unauthorized"
    case 404: "model not found"
    case 429: "too many requests"
    case 400..<500: "the request can not be answered"
    case 503: "server busy, please try again. maximum pending requests exceeded"
    default: "an error was encountered while running the model"
    }
  }

  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    let list = models.map { model in
      var entry: JSONObject = ["name": .string(model.id), "model": .string(model.id)]
      if let created = model.created { entry["modified_at"] = .string(CivilTime(seconds: created).rfc3339) }
      entry["details"] = [:]
      for (key, value) in model.native.object?.members ?? [] { entry[key] = value }
      return JSONValue.object(entry)
    }
    return JSONValue.object(["models": .array(list)]).bytes
  }

  /// The end of the line.
  func frameEnd(in body: [UInt8], after byte: Int) -> Int {
    guard byte > 0, byte <= body.count else { return min(max(byte, 0), body.count) }
    return body[(byte - 1)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? body.count
  }
}
