// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension SpateError {
  /// The error that a provider reports: the body of a response with an error status, or with `isInStream` the payload of
  /// an event inside a 200, whose type or code then stands for the status (rule C5).
  ///
  /// For dialects of your own. It reads the shapes that providers use (an object `error`, `message`, `detail`, a web
  /// page, plain text), and gives the class that ``SpateCore/SpateError/Code`` documents.
  public init(reported body: [UInt8], context: ResponseContext, isInStream: Bool = false) {
    let body = ErrorBody(body, context: context)
    self = isInStream ? body.inStream : body.error
    if provider == nil { provider = context.provider }
  }
}
