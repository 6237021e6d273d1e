// SPDX-License-Identifier: Apache-2.0

extension SpateError {
  /// The class of an error. New ones may come: compare, do not switch.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name, as the command line prints it.
    public let description: String
    /// Whether such an error may go away by itself.
    let isRetryable: Bool

    private init(_ name: String, isRetryable: Bool = false) {
      description = name
      self.isRetryable = isRetryable
    }

    /// No connection, or one that ended before the response head.
    public static let connect = Code("connect", isRetryable: true)
    /// The host's name was not found.
    public static let dns = Code("dns", isRetryable: true)
    /// TLS could not be agreed on, or the certificate is not trusted.
    public static let tls = Code("tls")
    /// A clock fired: ``SpateError/phase`` says which.
    public static let timeout = Code("timeout", isRetryable: true)
    /// The key is wrong, or may not do this.
    public static let auth = Code("auth")
    /// There is no key. Of class ``auth``.
    public static let missingKey = Code("missing_key")
    /// The account has no more credit.
    public static let quota = Code("quota")
    /// A budget of the caller's own has too little left for the call, which was not sent. Of class ``quota``.
    public static let budget = Code("budget")
    /// Too many requests or tokens for now.
    public static let rateLimit = Code("rate_limit", isRetryable: true)
    /// The provider has too much to do.
    public static let overloaded = Code("overloaded", isRetryable: true)
    /// The provider failed inside.
    public static let server = Code("server", isRetryable: true)
    /// The provider can not take this request.
    public static let badRequest = Code("bad_request")
    /// The conversation is longer than the model can read. Of class ``badRequest``.
    public static let contextLength = Code("context_length")
    /// An option that this provider does not take. Of class ``badRequest``.
    public static let unsupportedParameter = Code("unsupported_parameter")
    /// A provider, or a feature of one, that Spate does not know. Of class ``badRequest``.
    public static let unsupportedProvider = Code("unsupported_provider")
    /// A stream has one reader, and it has one already. Of class ``badRequest``.
    public static let alreadyRead = Code("already_read")
    /// A tool failed. Of class ``badRequest``.
    public static let tool = Code("tool")
    /// Where the words should have been written (a file, standard output) can not take them. Of class ``badRequest``.
    public static let sink = Code("sink")
    /// No such model or address.
    public static let notFound = Code("not_found")
    /// Another request is in the way.
    public static let conflict = Code("conflict", isRetryable: true)
    /// The request is too large.
    public static let tooLarge = Code("too_large")
    /// The provider sends us elsewhere, which is never followed (trust.md S9).
    public static let redirect = Code("redirect")
    /// Not the kind of answer that was asked for, such as a web page.
    public static let contentType = Code("content_type")
    /// What came is not HTTP, or breaks its rules.
    public static let `protocol` = Code("protocol")
    /// What came is not what the provider's format says.
    public static let decode = Code("decode")
    /// There is an answer, and it is not what was asked for: it does not fit the type, was stopped by a limit, or is a
    /// refusal. Of class ``decode``.
    public static let invalidOutput = Code("invalid_output")
    /// The answer was cut off.
    public static let truncated = Code("truncated", isRetryable: true)
    /// An error that the provider reported and that has no other class.
    public static let provider = Code("provider", isRetryable: true)
    /// The provider's filter refused the request. Of class ``provider``.
    public static let contentFilter = Code("content_filter")
    /// A size limit of Spate's was reached.
    public static let limit = Code("limit")
    /// Cancelled by the reader.
    public static let cancelled = Code("cancelled")
  }

  /// The clocks.
  public enum Phase: String, Sendable, Hashable {
    /// DNS, TCP and TLS.
    case connect
    /// From the request sent to the first event.
    case firstByte = "first_byte"
    /// Between bytes of the body.
    case idle
    /// All of it.
    case total
  }
}
