// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// The beginning of a provider's response, before its words.
public struct ResponseHead: Sendable, Hashable {
  /// 200.
  public var status: Int
  /// The header fields, rate limits among them. Untrusted text.
  public var fields: HTTPFields

  /// The provider's id of the request, to quote to its support; at most 200 bytes, without control characters.
  public var requestID: String? {
    let names = ["x-request-id", "request-id", "x-amzn-requestid", "cf-ray"]
    return names.lazy.compactMap { fields[$0] }.first.map { DisplayText.bounded($0, limit: 200) }
  }
}
