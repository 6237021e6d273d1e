// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of OpenAI's chat completions.
struct OpenAIChatServer: ServerDialect {
  /// The most answers to one request, as at OpenAI.
  private static let choiceLimit = 128

  let idPrefix = "chatcmpl-"

  func serves(_ request: ServedRequest) -> Bool {
    request.method == "POST" && request.path.hasSuffix("/chat/completions")
  }

  func servesModels(_ request: ServedRequest) -> Bool { request.method == "GET" && request.path.hasSuffix("/models") }

  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("object", "list")
      json.array("data") { list in
        for model in models {
          list.object {
            $0.member("id", model.id)
            $0.member("object", "model")
            $0.member("created", model.created)
            $0.member("owned_by", model.owner)
            $0.members(of: model.native.object)
          }
        }
      }
    }
    return json.bytes
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    let read = try ChatRequestReader.read(request.body)
    guard read.options.n ?? 1 <= Self.choiceLimit else {
      throw SpateError(.badRequest, "n must be at most \(Self.choiceLimit)")
    }
    return read
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    ChatStreamWriter(start: start, includesUsage: request.options.streamUsage ?? false)
  }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] { ChatAnswerWriter.bytes(of: events) }

  func body(of failure: ServedFailure) -> [UInt8] {
    let words = Self.words(of: failure)
    return ChatAnswerWriter.error(words.message, type: words.type, code: words.code)
  }

  /// The words that OpenAI uses for a status, where the failure has none of its own.
  static func words(of failure: ServedFailure) -> (message: String, type: String, code: String?) {
    let known: (message: String, type: String, code: String?) =
      switch failure.status {
      case 401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key")
      case 403: ("You are not allowed to use this model.", "invalid_request_error", "forbidden")
      case 404:
        ("The model does not exist or you do not have access to it.", "invalid_request_error", "model_not_found")
      case 429: ("Rate limit reached. Please try again later.", "requests", "rate_limit_exceeded")
      case 400..<500: ("The request can not be answered.", "invalid_request_error", nil)
      case 503: ("The engine is currently overloaded, please try again later.", "server_error", "overloaded")
      default: ("The server had an error while processing your request.", "server_error", nil)
      }
    guard let type = failure.type else {
      return (failure.message ?? known.message, known.type, failure.code ?? known.code)
    }
    return (failure.message ?? known.message, type, failure.code)
  }
}
