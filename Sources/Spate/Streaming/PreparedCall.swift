// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// One request as it goes out, and how to read what comes back.
final class PreparedCall: Sendable {
  /// What is to be known for reading the answer; a call that asks no model needs none of it.
  struct Reading: Sendable {
    var model: String?
    /// The answers asked for.
    var choices = 1
    /// What they cost, and what they may cost.
    var account: CallAccount?
    /// What could not be sent as it was asked for.
    var warnings: [StreamWarning] = []
    /// The model goes on with a turn that was begun for it.
    var canBePrefilled = false
    /// What knows the beginning of the response that this one is the rest of.
    var resumable: (any ResponseDecoder)?
    /// Change the events of the answer before anybody sees them, in this order.
    var filters: [any EventFilter] = []
    /// Joins the answer to what has come of it.
    var joiner: SeamJoiner?
  }

  let request: HTTPRequest
  let dialect: any Dialect
  let provider: Provider
  let reading: Reading
  /// What could not be sent as it was asked for, or looks wrong.
  let warnings: [StreamWarning]
  let timeouts: Timeouts
  /// Whose machines are asked: scheme, host and port.
  let origin: String
  /// What no error may hold: the key, and what else shows whose request it is.
  private let secrets: [String]

  /// Finds the address, and adds the key where it may go. `timeouts` come before those of the client's defaults. `baseURL` is
  /// the provider's, where nothing has to be filled in.
  init(
    _ encoded: consuming EncodedRequest, at provider: Provider, dialect: any Dialect, isStream: Bool, client: Client,
    timeouts: Timeouts, reading: consuming Reading = Reading(), baseURL: String? = nil
  ) throws(SpateError) {
    let base =
      if let baseURL {
        baseURL
      } else {
        try BaseURLTemplate(provider: provider, environment: client.environment).resolved()
      }
    let endpoint = try client.prepared.endpoint(base: base, path: encoded.path)
    let timeouts = timeouts.over(.standard(isStream: isStream))
    var request = HTTPRequest(
      method: encoded.method, url: endpoint.url, fields: encoded.fields, body: encoded.body, expectsStream: isStream)
    if let connect = timeouts.connect { request.connectTimeout = connect }
    let credentials = Credentials(
      provider: provider, environment: client.environment, usual: dialect.authentication)
    secrets = try credentials.sign(&request, for: endpoint)
    self.request = consume request
    origin = endpoint.origin
    self.dialect = dialect
    self.provider = provider
    let (own, others) = (encoded.warnings, endpoint.warnings)
    // Mostly there are none: an empty array appended to another costs as much as a search.
    warnings = own.isEmpty && others.isEmpty ? reading.warnings : own + others + reading.warnings
    self.reading = reading
    self.timeouts = timeouts
  }

  /// The error with the names of who was asked, and without secrets.
  func named(_ error: SpateError) -> SpateError {
    var error = error
    if error.provider == nil { error.provider = provider.id }
    if error.model == nil { error.model = reading.model }
    return Redactor(keys: secrets).redacted(error)
  }

  /// What the decoder must know of a response.
  func context(of head: HTTPHead) -> ResponseContext {
    let fields = head.fields
    var context = ResponseContext(
      status: head.status, contentType: fields.value(of: "Content-Type"), choices: reading.choices,
      provider: provider.id)
    // Amazon's. Where no field has a name of that length, none is looked at.
    context.errorType = fields.value(of: "x-amzn-ErrorType")
    context.inputTokens = fields.value(of: "x-amzn-bedrock-input-token-count").flatMap { Int($0) }
    context.outputTokens = fields.value(of: "x-amzn-bedrock-output-token-count").flatMap { Int($0) }
    return context
  }
}
