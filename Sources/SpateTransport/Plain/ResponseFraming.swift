// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// How the body of a response ends, and whether its connection can carry another request: from the head alone.
///
/// Whatever two readers of one connection could understand differently is refused (trust.md G7).
struct ResponseFraming: Equatable {
  enum Body: Equatable {
    case none
    case length(Int)
    case chunked
    /// It ends with the connection.
    case toClose
  }

  let body: Body
  let keepsAlive: Bool

  /// `isHead`: whether the request's method was HEAD. `isOld`: whether the response said HTTP/1.0.
  init(_ head: HTTPHead, isHead: Bool, isOld: Bool) throws(TransportError) {
    let codings = head.fields.values(of: "transfer-encoding")
    let length = try Self.length(head.fields)
    if !codings.isEmpty {
      guard codings.count == 1, Self.isWord(codings[0], "chunked") else {
        throw TransportError(.protocol, "a Transfer-Encoding other than chunked")
      }
      guard length == nil else {
        throw TransportError(.protocol, "Content-Length and Transfer-Encoding are both there")
      }
    }
    let body: Body =
      if isHead || head.status == 204 || head.status == 304 {
        .none
      } else if !codings.isEmpty {
        .chunked
      } else if let length {
        .length(length)
      } else {
        .toClose
      }
    self.body = body
    // Chunks in HTTP/1.0 are read, because small servers send them; the connection is not trusted further.
    keepsAlive = !isOld && body != .toClose && !Self.saysClose(head.fields)
  }

  /// Equal lengths may be joined by commas (RFC 9110, 8.6).
  private static func length(_ fields: HTTPFields) throws(TransportError) -> Int? {
    var seen: Substring?
    let values = fields.values(of: "content-length")
    if values.count == 1, let value = values.first, isNumber(value[...]) {
      guard let length = Int(value) else { throw TransportError(.limit, "the answer is too large") }
      return length
    }
    for value in values {
      for part in value.split(separator: ",", omittingEmptySubsequences: false) {
        let digits = withoutBlanks(part)
        guard isNumber(digits), digits == seen ?? digits else {
          throw TransportError(.protocol, "a Content-Length that is no number, or two that differ")
        }
        seen = digits
      }
    }
    guard let seen else { return nil }
    guard let length = Int(seen) else { throw TransportError(.limit, "the answer is too large") }
    return length
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
  }

  private static func saysClose(_ fields: HTTPFields) -> Bool {
    fields.values(of: "connection").contains { value in
      // Mostly it is one word.
      guard !HTTPFields.areSame(value, "keep-alive") else { return false }
      return value.split(separator: ",").contains { option in
        isWord(withoutBlanks(option), "close")
      }
    }
  }

  private static func withoutBlanks(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func isWord(_ text: some StringProtocol, _ word: String) -> Bool { text.lowercased() == word }
}
