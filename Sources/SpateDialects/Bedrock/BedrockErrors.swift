// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension EventStreamFraming.Label {
  /// What an exception or an error inside a stream means; nil for events.
  func failure(_ data: Span<UInt8>, context: ResponseContext) -> SpateError? {
    switch kind {
    case .event: return nil
    case .exception:
      var body = ErrorBody(Array(copying: data), context: context)
      body.type = type
      return body.inStream
    case .error:
      var body = ErrorBody(Array(copying: data), context: context)
      body.type = type
      if let message { body.message = message }
      return body.inStream
    }
  }
}

/// How Bedrock names its errors.
enum BedrockException {
  /// The exception for a status, with the words that go with it.
  static func named(status: Int) -> (type: String, message: String) {
    switch status {
    case 401, 403: ("AccessDeniedException", "You do not have access to the model with the specified model ID.")
    case 404: ("ResourceNotFoundException", "The specified resource ARN was not found.")
    case 408: ("ModelTimeoutException", "The model took too long to answer.")
    case 424: ("ModelErrorException", "The model failed to process the request.")
    case 429: ("ThrottlingException", "Too many requests, please wait before trying again.")
    case 400..<500: ("ValidationException", "The request can not be answered.")
    case 503, 529: ("ServiceUnavailableException", "Bedrock is unable to process your request.")
    default: ("InternalServerException", "The system encountered an unexpected error during processing.")
    }
  }

  /// The header fields and the body of a response with an error status.
  static func response(_ failure: ServedFailure) -> (fields: HTTPFields, body: [UInt8]) {
    let known = named(status: failure.status)
    let body: JSONValue = ["message": .string(failure.message ?? known.message)]
    return (["x-amzn-ErrorType": failure.type ?? known.type], body.bytes)
  }

  /// The same inside a stream, where names begin with a small letter.
  static func message(_ failure: ServedFailure) -> [UInt8] {
    let known = named(status: failure.status)
    let type = failure.type ?? known.type
    let body: JSONValue = ["message": .string(failure.message ?? known.message)]
    return EventStreamWriter.message(
      headers: [
        (":exception-type", type.prefix(1).lowercased() + type.dropFirst()), (":content-type", "application/json"),
        (":message-type", "exception"),
      ], payload: body.bytes)
  }
}
