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
    var codings = 0
    var isChunked = true
    head.fields.forEachValue(of: "transfer-encoding") { coding in
      codings += 1
      isChunked = isChunked && coding.count == 7 && coding.startsIgnoringCase(with: "chunked")
    }
    let length = try ContentLength.of(head.fields)
    if codings > 0 {
      guard codings == 1, isChunked else {
        throw TransportError(.protocol, "a Transfer-Encoding other than chunked")
      }
      guard length == nil else {
        throw TransportError(.protocol, "Content-Length and Transfer-Encoding are both there")
      }
    }
    let body: Body =
      if isHead || head.status == 204 || head.status == 304 {
        .none
      } else if codings > 0 {
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

  private static func saysClose(_ fields: HTTPFields) -> Bool {
    var saysClose = false
    fields.forEachValue(of: "connection") { value in
      // Mostly it is one word.
      guard value.count != 10 || !value.startsIgnoringCase(with: "keep-alive") else { return }
      let options = value.decodedString().split(separator: ",")
      saysClose = saysClose || options.contains { $0.filter { $0 != " " && $0 != "\t" }.lowercased() == "close" }
    }
    return saysClose
  }
}
