// SPDX-License-Identifier: Apache-2.0
// A table: each request that two readers could understand differently, with the status of its refusal.

/// A request that must be refused (trust.md G7).
struct RefusedRequest: CustomStringConvertible, Sendable {
  var name: String
  var status: Int
  var bytes: [UInt8]

  var description: String { name }

  init(_ name: String, _ text: String) { self.init(name, 400, text) }

  init(_ name: String, _ status: Int, _ text: String) {
    (self.name, self.status, bytes) = (name, status, Array(text.utf8))
  }

  init(_ name: String, bytes: [UInt8]) { (self.name, status, self.bytes) = (name, 400, bytes) }

  /// Follows each of them on the wire, and must never be seen.
  static let second = Array("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n".utf8)

  private static let post = "POST /a HTTP/1.1\r\nHost: x\r\n"
  private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

  static let all: [RefusedRequest] = lengths + codings + lines + fields + chunks + hosts + requestLines

  private static let lengths = [
    RefusedRequest("two lengths, different", post + "Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"),
    RefusedRequest("two lengths, equal", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("two lengths in a list", post + "Content-Length: 5, 5\r\n\r\nhello"),
    RefusedRequest("a length with plus", post + "Content-Length: +5\r\n\r\nhello"),
    RefusedRequest("a length with minus", post + "Content-Length: -5\r\n\r\nhello"),
    RefusedRequest("a length of minus zero", post + "Content-Length: -0\r\n\r\n"),
    RefusedRequest("a length in hex", post + "Content-Length: 0x5\r\n\r\nhello"),
    RefusedRequest("a length with a letter", post + "Content-Length: 5a\r\n\r\nhello"),
    RefusedRequest("a length with a fraction", post + "Content-Length: 5.0\r\n\r\nhello"),
    RefusedRequest("a length with a space inside", post + "Content-Length: 1 0\r\n\r\nhello"),
    RefusedRequest("a length with a vertical tab", post + "Content-Length: 5\u{0B}\r\n\r\nhello"),
    RefusedRequest("a length in other digits", post + "Content-Length: \u{665}\r\n\r\nhello"),
    RefusedRequest("no length in the field", post + "Content-Length:\r\n\r\nhello"),
    RefusedRequest("a length of blanks", post + "Content-Length: \t \r\n\r\nhello"),
    RefusedRequest("a length over the limit", 413, post + "Content-Length: 16777217\r\n\r\nhello"),
    RefusedRequest("a length of 2^64 + 5", 413, post + "Content-Length: 18446744073709551621\r\n\r\nhello"),
    RefusedRequest("a length of 100 digits", 413, post + "Content-Length: 1\(zeros(99))\r\n\r\nhello"),
    RefusedRequest("no length on 1.0", 411, "POST /a HTTP/1.0\r\nHost: x\r\n\r\nhello"),
  ]

  private static let codings = [
    RefusedRequest(
      "length, then coding",
      post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest(
      "coding, then length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    RefusedRequest(
      "an unknown coding and a length", post + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest(
      "two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest(
      "two codings, one unknown", post + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("a coding list", 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("chunked twice in a list", 501, post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("chunked with a parameter", 501, post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
    RefusedRequest("an almost chunked coding", 501, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("a quoted chunked", 501, post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    RefusedRequest("an empty coding", 501, post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n"),
    RefusedRequest("the identity coding", 501, post + "Transfer-Encoding: identity\r\n\r\n"),
    RefusedRequest("a coding with a vertical tab", post + "Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest(
      "a coding on 1.0", "POST /a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  ]

  private static let lines = [
    RefusedRequest("bare LF everywhere", "POST /a HTTP/1.1\nHost: x\nContent-Length: 5\n\nhello"),
    RefusedRequest("bare LF after a field", post + "X: a\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("bare LF as the empty line", post + "Content-Length: 5\r\n\nhello"),
    RefusedRequest("bare LF before the request", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("bare CR everywhere", "POST /a HTTP/1.1\rHost: x\r\rhello"),
    RefusedRequest("bare CR in a value", post + "X: a\rContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("bare CR at a value's end", post + "X: a\r\r\n\r\n"),
    RefusedRequest("a folded value", post + "X: a\r\n Content-Length: 5\r\n\r\n"),
    RefusedRequest("a value folded with a tab", post + "X: a\r\n\tb\r\n\r\n"),
    RefusedRequest("a folded length", post + "Content-Length:\r\n 5\r\n\r\nhello"),
    RefusedRequest("a folded coding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("a folded line first", "POST /a HTTP/1.1\r\n Host: x\r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("a line of one blank", post + " \r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("five empty lines first", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  ]

  private static let fields = [
    RefusedRequest("a space before the length's colon", post + "Content-Length : 5\r\n\r\nhello"),
    RefusedRequest("a tab before the coding's colon", post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("a space in a name", post + "Content Length: 5\r\n\r\nhello"),
    RefusedRequest("an empty name", post + ": x\r\n\r\n"),
    RefusedRequest("no colon", post + "Content-Length\r\n\r\nhello"),
    RefusedRequest("NUL in a value", post + "X: a\0b\r\n\r\n"),
    RefusedRequest("NUL in a name", post + "Content-Length\0: 5\r\n\r\nhello"),
    RefusedRequest("an escape byte in a value", post + "X: \u{1B}[2J\r\n\r\n"),
    RefusedRequest("a delete byte in a value", post + "X: \u{7F}\r\n\r\n"),
    RefusedRequest("a bracket in a name", post + "X[]: a\r\n\r\n"),
    RefusedRequest("a name that is not ASCII", post + "Content-Länge: 5\r\n\r\nhello"),
    RefusedRequest("a value that is not UTF-8", bytes: Array((post + "X: ").utf8) + [0xC3, 0x28, 13, 10, 13, 10]),
    RefusedRequest("an unknown expectation", 417, post + "Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest("a long field", 431, post + "X: \(zeros(40_000))\r\n\r\n"),
    RefusedRequest("many fields", 431, post + String(repeating: "a: b\r\n", count: 100) + "\r\n"),
  ]

  private static let chunks = [
    RefusedRequest("a chunk size with plus", chunked + "+5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk size with minus", chunked + "-5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk size with 0x", chunked + "0x5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a space before a chunk size", chunked + " 5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a space after a chunk size", chunked + "5 \r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("words after a chunk size", chunked + "5 junk\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk size that is none", chunked + "hello\r\n0\r\n\r\n"),
    RefusedRequest("an empty chunk size", chunked + "\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("an extension without a size", chunked + ";a=b\r\n\r\n"),
    RefusedRequest("a chunk size of 17 digits", chunked + "10000000000000005\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk size with many zeros", chunked + "\(zeros(20))5\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk size of 2^64 - 1", chunked + "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk over the limit", 413, chunked + "1000001\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("no line end after a chunk", chunked + "5\r\nhello0\r\n\r\n"),
    RefusedRequest("a chunk longer than its size", chunked + "5\r\nhello!\r\n0\r\n\r\n"),
    RefusedRequest("bare LF after a chunk", chunked + "5\r\nhello\n0\r\n\r\n"),
    RefusedRequest("bare LF after a chunk size", chunked + "5\nhello\r\n0\r\n\r\n"),
    RefusedRequest("bare LF in an extension", chunked + "5;a\nhello\r\n0\r\n\r\n"),
    RefusedRequest("bare CR in an extension", chunked + "5;a\rb\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("NUL in an extension", chunked + "5;\0\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a chunk line without end", chunked + "5;\(zeros(2000))\r\nhello\r\n0\r\n\r\n"),
    RefusedRequest("a folded trailer", chunked + "0\r\nX: a\r\n b\r\n\r\n"),
    RefusedRequest("a trailer without colon", chunked + "0\r\njunk\r\n\r\n"),
    RefusedRequest("a trailer with bare LF", chunked + "0\r\nX: a\n\r\n\r\n"),
    RefusedRequest("a long trailer", 431, chunked + "0\r\nX: \(zeros(40_000))\r\n\r\n"),
    RefusedRequest("many trailers", 431, chunked + "0\r\n" + String(repeating: "a: b\r\n", count: 101) + "\r\n"),
  ]

  private static let hosts = [
    RefusedRequest("no host", "GET / HTTP/1.1\r\n\r\n"),
    RefusedRequest("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
    RefusedRequest("two equal hosts", "GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n"),
    RefusedRequest("two hosts on 1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n"),
    RefusedRequest("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    RefusedRequest("a host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
    RefusedRequest("a host with a user", "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n"),
    RefusedRequest("a host with a space", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n"),
    RefusedRequest("a host list", "GET / HTTP/1.1\r\nHost: x,y\r\n\r\n"),
    RefusedRequest("a host with a bad port", "GET / HTTP/1.1\r\nHost: x:80a\r\n\r\n"),
    RefusedRequest("a host of an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    RefusedRequest("a host unlike the target", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n"),
  ]

  private static let requestLines = [
    RefusedRequest("HTTP/0.9", "GET /\r\n\r\n"),
    RefusedRequest("HTTP/1.9", 505, "GET / HTTP/1.9\r\nHost: x\r\n\r\n"),
    RefusedRequest("HTTP/2.0", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    RefusedRequest("HTTP/+1.+1", "GET / HTTP/+1.+1\r\nHost: x\r\n\r\n"),
    RefusedRequest("HTTP/1.10", "GET / HTTP/1.10\r\nHost: x\r\n\r\n"),
    RefusedRequest("http/1.1", "GET / http/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a space after the version", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"),
    RefusedRequest("two spaces before the target", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a tab as separator", "GET\t/\tHTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a space before the method", " GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a method with a slash", "G/T / HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a long method", 501, "\(zeros(33)) / HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("CONNECT", 501, "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a control byte in the target", "GET /a\u{01} HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("NUL in the target", "GET /a\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a raw byte in the target", "GET /\u{E4} HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a backslash", "GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a broken escape", "GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("an escape that is none", "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a target without slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("* without OPTIONS", "GET * HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a URL of another scheme", "GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a URL without a host", "GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a URL with a user", "GET http://u:p@x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a long target", 414, "GET /\(zeros(8192)) HTTP/1.1\r\nHost: x\r\n\r\n"),
    RefusedRequest("a request line without end", 414, "GET /\(zeros(70_000)) HTTP/1.1\r\nHost: x\r\n\r\n"),
  ]
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
