// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension HTTPRequest {
  /// Why this request must not be sent, or nil. Says what is wrong, never the text that is wrong: it may hold a key.
  ///
  /// Every transport asks before anything reaches the wire (trust.md S10, S14, S15).
  package var flaw: TransportError? {
    if let problem = URLParts(url).problem { return Self.bad("the URL \(problem)") }
    return flawBesideURL
  }

  /// The same, where the URL is known to have none.
  var flawBesideURL: TransportError? {
    guard HTTPFields.isValid(name: method), method != "CONNECT" else { return Self.bad("the method is not usable") }
    guard method != "HEAD" || body.isEmpty else { return Self.bad("a HEAD request has no body") }
    var flaw: TransportError?
    fields.visit { name, value in
      guard flaw == nil else { return }
      flaw = Self.flaw(name, value)
    }
    return flaw
  }

  private static func flaw(_ name: Span<UInt8>, _ value: Span<UInt8>) -> TransportError? {
    guard HTTPFields.isValid(name: name) else { return bad("a header name is not a token") }
    guard HTTPFields.isValid(value: value) else {
      return bad("the value of header \(name.decodedString()) holds a control character")
    }
    guard !framesMessage(name) else { return bad("the header \(name.decodedString()) belongs to the transport") }
    return nil
  }

  /// Fields that frame the message or belong to one connection: wrong ones would desynchronise it (request smuggling).
  private static func framesMessage(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 2: name.startsIgnoringCase(with: "te")
    case 6: name.startsIgnoringCase(with: "expect")
    case 7: name.startsIgnoringCase(with: "trailer") || name.startsIgnoringCase(with: "upgrade")
    case 10: name.startsIgnoringCase(with: "connection") || name.startsIgnoringCase(with: "keep-alive")
    case 14: name.startsIgnoringCase(with: "content-length") || name.startsIgnoringCase(with: "http2-settings")
    case 16: name.startsIgnoringCase(with: "proxy-connection")
    case 17: name.startsIgnoringCase(with: "transfer-encoding")
    default: false
    }
  }

  private static func bad(_ message: String) -> TransportError { TransportError(.badRequest, message) }
}
