// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension HTTPRequest {
  /// Why this request must not be sent, or nil. Says what is wrong, never the text that is wrong: it may hold a key.
  ///
  /// Every transport asks before anything reaches the wire (trust.md S10, S14, S15).
  package var flaw: TransportError? { flaw(with: URLParts(url)) }

  /// The same, where the URL was read already.
  func flaw(with parts: URLParts) -> TransportError? {
    guard HTTPFields.isValid(name: method), method != "CONNECT" else { return Self.bad("the method is not usable") }
    guard method != "HEAD" || body.isEmpty else { return Self.bad("a HEAD request has no body") }
    if let problem = parts.problem { return Self.bad("the URL \(problem)") }
    for field in fields.fields {
      guard HTTPFields.isValid(name: field.name) else { return Self.bad("a header name is not a token") }
      guard HTTPFields.isValid(value: field.value) else {
        return Self.bad("the value of header \(field.name) holds a control character")
      }
      guard !Self.framing.contains(where: { HTTPFields.areSame($0, field.name) }) else {
        return Self.bad("the header \(field.name) belongs to the transport")
      }
    }
    return nil
  }

  /// Fields that frame the message or belong to one connection: wrong ones would desynchronise it (request smuggling).
  private static let framing = [
    "connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
  ]

  private static func bad(_ message: String) -> TransportError { TransportError(.badRequest, message) }
}
