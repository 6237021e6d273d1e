// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The server's side of Gemini's generateContent, at the paths of Google AI and of Vertex.
struct GeminiServer: ServerDialect {
  /// The methods that are answered, at the end of the path.
  private enum Method: String, CaseIterable {
    case whole = ":generateContent"
    case stream = ":streamGenerateContent"
  }

  /// A stream is one JSON array, where `alt=sse` was not asked for.
  private var isArray = false

  let idPrefix = ""

  func serves(_ request: ServedRequest) -> Bool {
    request.method == "POST" && Self.target(of: request.path) != nil
  }

  func adapted(to request: ServedRequest) -> any ServerDialect {
    var server = self
    let query = request.query?.split(separator: "&") ?? []
    server.isArray = !query.contains { $0 == "alt=sse" || $0 == "$alt=sse" || $0 == "%24alt=sse" }
    return server
  }

  var streamType: String { isArray ? "application/json" : "text/event-stream" }

  /// The model and the method of `.../models/NAME:METHOD`.
  private static func target(of path: String) -> (model: String, method: Method)? {
    let path = URLText.unescaped(path)
    guard let method = Method.allCases.first(where: { path.hasSuffix($0.rawValue) }) else { return nil }
    let rest = path.dropLast(method.rawValue.count)
    for kind in ["/models/", "/tunedModels/"] {
      if let place = rest.ranges(of: kind).last, place.upperBound < rest.endIndex {
        return (String(rest[place.upperBound...]), method)
      }
    }
    return nil
  }

  // MARK: Models

  /// OpenAI's list has a path like it; Google's has another version, or a client that sends its key as Google's do.
  func servesModels(_ request: ServedRequest) -> Bool {
    guard request.method == "GET", request.path.hasSuffix("/models") else { return false }
    return request.path.contains("/v1beta") || request.fields["x-goog-api-key"] != nil
      || request.fields["x-goog-api-client"] != nil
  }

  func modelList(_ models: [ModelInfo], for request: ServedRequest) -> [UInt8] {
    let (page, rest) = PageOfModels.after(
      URLText.field("pageToken", of: request.query), limit: URLText.field("pageSize", of: request.query), usual: 50,
      models)
    var json = JSONWriter()
    json.object { json in
      json.array("models") { list in
        for model in page {
          list.object {
            $0.member("name", "models/" + model.id)
            $0.member("displayName", model.name ?? model.id)
            $0.member("description", model.native["description"]?.string)
            $0.member("inputTokenLimit", model.contextLength)
            $0.member("outputTokenLimit", model.outputLimit)
            $0.array("supportedGenerationMethods") { $0.string("generateContent") }
          }
        }
      }
      if rest { json.member("nextPageToken", page.last?.id) }
    }
    return json.bytes
  }

  // MARK: Answers

  func read(_ request: ServedRequest) throws(SpateError) -> ChatRequest {
    guard let (model, method) = Self.target(of: request.path) else {
      throw SpateError(.notFound, "there is no \(request.path)")
    }
    return try GeminiRequestReader.read(request.body, model: model, isStream: method == .stream)
  }

  func writer(for request: ChatRequest, start: ResponseStart) -> any AnswerWriter {
    GeminiStreamWriter(start: start, isArray: isArray, streamsArguments: Self.streamsArguments(request))
  }

  /// `streamFunctionCallArguments`, which Gemini 3 at Vertex takes.
  private static func streamsArguments(_ request: ChatRequest) -> Bool {
    request.options.extra["toolConfig"]?["functionCallingConfig"]?["streamFunctionCallArguments"] == true
  }

  func document(of events: [StreamEvent], for request: ChatRequest) -> [UInt8] { GeminiAnswerWriter.bytes(of: events) }

  func body(of failure: ServedFailure) -> [UInt8] { Self.error(failure).bytes }

  /// An error as Google words it (google.rpc.Status).
  static func error(_ failure: ServedFailure) -> JSONValue {
    let known: (status: String, message: String) =
      switch failure.status {
      case 400: ("INVALID_ARGUMENT", "Request contains an invalid argument.")
      case 401: ("UNAUTHENTICATED", "Request had invalid authentication credentials.")
      case 403: ("PERMISSION_DENIED", "The caller does not have permission")
      case 404: ("NOT_FOUND", "The model is not found, or is not supported for generateContent.")
      case 429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
      case 499: ("CANCELLED", "The operation was cancelled.")
      case 501: ("UNIMPLEMENTED", "The operation is not implemented.")
      case 503, 529: ("UNAVAILABLE", "The model is overloaded. Please try again later.")
      case 504: ("DEADLINE_EXCEEDED", "The request timed out. Please try again.")
      case 400..<500: ("FAILED_PRECONDITION", "The request can not be answered.")
      default: ("INTERNAL", "An internal error has occurred.")
      }
    return [
      "error": [
        "code": .number(JSONNumber(failure.status)), "message": .string(failure.message ?? known.message),
        "status": .string(failure.type ?? known.status),
      ]
    ]
  }

  // MARK: Frames

  func frameEnd(in body: [UInt8], after byte: Int) -> Int {
    guard byte > 0 else { return 0 }
    // An element and a line end, or an event of one line and a blank one.
    let end = Array((isArray ? "}\n" : "}\r\n\r\n").utf8)
    var index = max(byte, end.count)
    while index <= body.count {
      if body[(index - end.count)..<index] == end[...] { return index }
      index += 1
    }
    return body.count
  }
}
