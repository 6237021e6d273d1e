// SPDX-License-Identifier: Apache-2.0

/// Why an exchange did not end as HTTP says it should.
public struct TransportError: Error, Sendable, Hashable {
  /// The class of the failure. New ones may be added: match with a default.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name, as the docs and the command line print it.
    public let description: String

    /// The name of the host could not be resolved.
    public static let dns = Code(description: "dns")
    /// No connection, or one that ended before the response head.
    public static let connect = Code(description: "connect")
    /// TLS could not be agreed on, or the certificate is not trusted.
    public static let tls = Code(description: "tls")
    /// The connect clock fired.
    public static let connectTimeout = Code(description: "connect_timeout")
    /// What came is not HTTP, or breaks its rules.
    public static let `protocol` = Code(description: "protocol")
    /// The body ended before its own framing said so.
    public static let truncated = Code(description: "truncated")
    /// A size limit was reached.
    public static let limit = Code(description: "limit")
    /// The request itself is unusable (a URL that can not be read, a forbidden header byte).
    public static let badRequest = Code(description: "bad_request")
    /// The request may not go to where its host's name leads.
    public static let refusedAddress = Code(description: "refused_address")
    /// This process can carry no request at all: its network library is missing something.
    public static let unavailable = Code(description: "unavailable")
    /// ``Transfer/cancel()`` was called.
    public static let cancelled = Code(description: "cancelled")
  }

  /// The class.
  public let code: Code
  /// One sentence for a person, without keys, header values or query strings.
  public let message: String

  /// An error of this class.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
