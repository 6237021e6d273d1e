// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Anthropic's Messages.
struct AnthropicServer: ServerDialect {
  let idPrefix = "msg_"

  func serves(_ request: ServedRequest) -> Bool { request.method == "POST" && request.path.hasSuffix("/messages") }

  /// OpenAI's list has the same path; only Anthropic's clients name a version.
  func servesModels(_ request: ServedRequest) -> Bool {
    request.method == "GET" && request.path.hasSuffix("/models") && request.fields["anthropic-version"] != nil
  }

  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    let (page, rest) = PageOfModels.after(
      URLText.field("after_id", of: request.query), limit: URLText.field("limit", of: request.query), usual: 20, models)
    var json = JSONWriter()
    json.object { json in
      json.array("data") { list in
        for model in page {
          list.object {
            $0.member("type", "model")
            $0.member("id", model.id)
            $0.member("display_name", model.name ?? model.id)
            $0.member("created_at", CivilTime(seconds: model.created ?? 0).rfc3339)
          }
        }
      }
      json.member("has_more", rest)
      json.nullable("first_id", page.first?.id)
      json.nullable("last_id", page.last?.id)
    }
    return json.bytes
  }

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    try AnthropicRequestReader.read(request.body)
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    AnthropicStreamWriter(start: start)
  }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] {
    AnthropicAnswerWriter.bytes(of: events)
  }

  func body(of failure: ServedFailure) -> [UInt8] { Self.error(failure).bytes }

  /// An error as Anthropic words it.
  static func error(_ failure: ServedFailure) -> JSONValue {
    let known: (type: String, message: String) =
      switch failure.status {
      case 401: ("authentication_error", "invalid x-api-key")
      case 402: ("billing_error", "The account has no more credit.")
      case 403: ("permission_error", "The key does not have permission to use the specified resource.")
      case 404: ("not_found_error", "The requested resource could not be found.")
      case 413: ("request_too_large", "Request exceeds the maximum size")
      case 429: ("rate_limit_error", "This request would exceed the rate limit. Please try again later.")
      case 400..<500: ("invalid_request_error", "The request can not be answered.")
      case 503, 529: ("overloaded_error", "Overloaded")
      case 504: ("timeout_error", "Request timed out")
      default: ("api_error", "Internal server error")
      }
    return [
      "type": "error",
      "error": ["type": .string(failure.type ?? known.type), "message": .string(failure.message ?? known.message)],
      "request_id": "req_simulated",
    ]
  }
}
