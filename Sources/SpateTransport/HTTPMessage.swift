// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A request as the transport sends it.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST`, ...
  public var method: String
  /// Absolute, `http` or `https`, without user information and fragment.
  public var url: String
  /// Sent as they are; the transport adds only what HTTP itself needs.
  public var fields: HTTPFields
  /// Empty for none.
  public var body: [UInt8]
  /// Whether the answer is read as it comes: such a request asks for no compression (rule B8).
  public var expectsStream: Bool
  /// From the start to a usable connection: DNS, TCP and TLS together.
  public var connectTimeout: Duration
  /// To whom it may go; nil for anybody. Such a request uses no proxy and no connection of another's.
  package var addresses: AddressPolicy?

  /// A request with these parts.
  public init(
    method: String, url: String, fields: HTTPFields = [:], body: [UInt8] = [], expectsStream: Bool = true,
    connectTimeout: Duration = .seconds(10)
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
    self.expectsStream = expectsStream
    self.connectTimeout = connectTimeout
  }
}

/// The status and the header fields of a response.
public struct HTTPHead: Sendable, Hashable {
  /// 200, 429, ...
  public var status: Int
  /// In the order received. Untrusted text (trust.md S16).
  public var fields: HTTPFields

  /// A head with these parts.
  public init(status: Int, fields: HTTPFields = [:]) {
    self.status = status
    self.fields = fields
  }
}
