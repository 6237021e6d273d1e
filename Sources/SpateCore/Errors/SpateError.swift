// SPDX-License-Identifier: Apache-2.0

/// What went wrong with a call, and what to do about it.
///
/// ```swift
/// do { ... } catch let error as SpateError where error.code == .rateLimit {
///   try await Task.sleep(for: error.retryAfter ?? .seconds(1))
/// }
/// ```
///
/// One word wide. Keys, header values and query strings never enter one. The codes, finer ones under their class:
///
///     connect  dns  tls  timeout (phase says which clock)
///     auth            missing_key
///     quota           budget
///     rate_limit  overloaded  server  conflict
///     bad_request     context_length  unsupported_parameter  unsupported_provider  already_read  tool  sink
///     not_found  too_large  redirect  content_type
///     protocol  truncated  limit
///     decode          invalid_output
///     provider        content_filter
///     cancelled
public struct SpateError: Error, Sendable {
  private var storage: Storage

  /// Behind a reference, so that a result stays small on the hot path.
  private final class Storage: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }

  /// Everything an error knows.
  private struct Fields: Sendable {
    var code: Code
    var message: String
    var status: Int?
    var providerCode: String?
    var phase: Phase?
    var retryAfter: Duration?
    var requestID: String?
    var provider: String?
    var model: String?
    var attempts = 1
    var retryable: Bool?
    var nativeFinish: String?
    var partial: PartialResponse?
    var body: [UInt8] = []
  }

  /// An error of this code; `message` is one sentence that says what to do.
  public init(_ code: Code, _ message: String) {
    storage = Storage(Fields(code: code, message: message))
  }

  /// The class of the error.
  public var code: Code { storage.fields.code }
  /// The provider's words or ours, at most 4 KiB, without control characters.
  public var message: String { storage.fields.message }

  /// The HTTP status, or for an error inside a 200 the one that its type stands for (rule C5).
  public var status: Int? {
    get { storage.fields.status }
    set { change(\.status, newValue) }
  }
  /// The provider's own code or type.
  public var providerCode: String? {
    get { storage.fields.providerCode }
    set { change(\.providerCode, newValue) }
  }
  /// Which clock fired, for ``Code/timeout``.
  public var phase: Phase? {
    get { storage.fields.phase }
    set { change(\.phase, newValue) }
  }
  /// How long the provider asks to wait.
  public var retryAfter: Duration? {
    get { storage.fields.retryAfter }
    set { change(\.retryAfter, newValue) }
  }
  /// The provider's id of the request, to quote to its support.
  public var requestID: String? {
    get { storage.fields.requestID }
    set { change(\.requestID, newValue) }
  }
  /// Who was asked.
  public var provider: String? {
    get { storage.fields.provider }
    set { change(\.provider, newValue) }
  }
  /// Which model was asked.
  public var model: String? {
    get { storage.fields.model }
    set { change(\.model, newValue) }
  }
  /// How many requests were made.
  public var attempts: Int {
    get { storage.fields.attempts }
    set { change(\.attempts, newValue) }
  }
  /// The provider's own word for why the model stopped, where it said one and failed all the same.
  public var nativeFinish: String? {
    get { storage.fields.nativeFinish }
    set { change(\.nativeFinish, newValue) }
  }
  /// What had come before it: text, calls, usage (rule C3).
  public var partial: PartialResponse? {
    get { storage.fields.partial }
    set { change(\.partial, newValue) }
  }
  /// What the provider sent, as it came, at most 64 KiB.
  public var body: [UInt8] {
    get { storage.fields.body }
    set { change(\.body, Array(newValue.prefix(64 << 10))) }
  }
  /// Whether the same request may succeed later: what the code says, unless the provider said otherwise.
  public var isRetryable: Bool {
    get { storage.fields.retryable ?? (code.isRetryable && phase != .total) }
    set { change(\.retryable, newValue) }
  }

  /// A bounded word for metrics: never text of a provider's.
  public var label: String { phase.map { "\(code).\($0.rawValue)" } ?? code.description }

  /// How a stream that threw this ended.
  public var outcome: Outcome {
    switch code {
    case .truncated: .cut
    case .cancelled: .cancelled
    case .timeout: .timedOut
    default: .failed
    }
  }

  /// The same error in other words.
  package func replacingMessage(_ message: String) -> SpateError {
    var error = self
    error.change(\.message, message)
    return error
  }

  private mutating func change<Value>(_ path: WritableKeyPath<Fields, Value>, _ value: Value) {
    var fields = storage.fields
    fields[keyPath: path] = value
    storage = Storage(fields)
  }
}

extension SpateError: CustomStringConvertible {
  /// One line: code, status and message.
  public var description: String {
    let status = status.map { " \($0)" } ?? ""
    return "\(label)\(status): \(message)"
  }
}
