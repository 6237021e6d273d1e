// SPDX-License-Identifier: Apache-2.0

/// Why a request is not served. The connection is closed after it: where the next request starts can not be trusted.
package struct Refusal: Error, Hashable, Sendable {
  /// The status of the one answer.
  package let status: Int
  /// Fixed words for the client; never bytes of the request.
  package let reason: String

  static func malformed(_ reason: String) -> Refusal { Refusal(status: 400, reason: reason) }

  static let tooSlow = Refusal(status: 408, reason: "the request took too long")
  static let lengthRequired = Refusal(status: 411, reason: "HTTP/1.0 needs Content-Length")
  static let bodyTooLong = Refusal(status: 413, reason: "the body is too long")
  static let targetTooLong = Refusal(status: 414, reason: "the target is too long")
  static let unknownExpectation = Refusal(status: 417, reason: "the only expectation known is 100-continue")
  static let headTooLong = Refusal(status: 431, reason: "the header fields are too long")
  static let tooManyFields = Refusal(status: 431, reason: "too many header fields")
  static let unknownCoding = Refusal(status: 501, reason: "the only transfer coding known is chunked")
  static let unknownMethod = Refusal(status: 501, reason: "the method is not known")
  static let unknownVersion = Refusal(status: 505, reason: "the only versions known are HTTP/1.1 and HTTP/1.0")
}
