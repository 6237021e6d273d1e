// SPDX-License-Identifier: Apache-2.0

import SpateServer
import Testing

@Suite struct RequestParserTests {
  @Test(arguments: RefusedRequest.all)
  func G7_refusesOnceAndSeesNoSecondRequest(_ refused: RefusedRequest) throws {
    let bytes = refused.bytes + RefusedRequest.second
    let whole = parse([bytes])
    #expect(whole.map(\.status) == [refused.status], "\(whole)")
    #expect(byByte(bytes) == whole)
    // Also after a good request on the same connection.
    let after = Array(String.get("/first").utf8)
    let both = parse([after + bytes])
    #expect(both.count == 2 && both.last == whole.first && both.first?.status == nil)
  }

  @Test func G7_theTableIsLong() {
    #expect(RefusedRequest.all.count >= 60)
    #expect(Set(RefusedRequest.all.map(\.name)).count == RefusedRequest.all.count)
  }

  static let accepted: [(text: String, parsed: [Parsed])] = [
    (
      "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept:  a, b \t\r\nX:\r\n\r\n",
      [
        .request(
          line: "GET /a?b=c http11", fields: ["Host=x", "Accept=a, b", "X="], body: "", keepsAlive: true)
      ]
    ),
    (
      "POST / HTTP/1.1\r\nHOST: [::1]:80\r\ncontent-length: 005\r\nConnection: x, Close\r\n\r\nhello",
      [
        .request(
          line: "POST / http11", fields: ["HOST=[::1]:80", "content-length=005", "Connection=x, Close"],
          body: "hello", keepsAlive: false)
      ]
    ),
    (
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + "5\r\nhello\r\n1;a=\"b;c\";d\r\n \r\n00A\r\n\r\n6789\r\nab\r\n0;x\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n",
      [
        .request(
          line: "POST / http11", fields: ["Host=x", "Transfer-Encoding=Chunked"], body: "hello \r\n6789\r\nab",
          keepsAlive: true)
      ]
    ),
    ("GET / HTTP/1.0\r\n\r\n", [.request(line: "GET / http10", fields: [], body: "", keepsAlive: false)]),
    (
      "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
      [
        .request(
          line: "POST / http10", fields: ["Connection=keep-alive", "Content-Length=2"], body: "hi",
          keepsAlive: true)
      ]
    ),
    (
      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n\r\n\r\nHEAD http://X:8/p%41?q HTTP/1.1\r\nhost: x:8\r\n\r\n",
      [
        .request(line: "OPTIONS * http11", fields: ["Host=x"], body: "", keepsAlive: true),
        .request(line: "HEAD http://X:8/p%41?q http11", fields: ["host=x:8"], body: "", keepsAlive: true),
      ]
    ),
    (
      "\r\n\r\n\r\n\r\nBREW /a HTTP/1.1\r\nHost: x\r\nX: ä\tb\r\nContent-Length: 3\r\n\r\n\r\n\r"
        + "GET /b HTTP/1.1\r\nHost: y\r\n\r\n",
      [
        .request(
          line: "BREW /a http11", fields: ["Host=x", "X=ä\tb", "Content-Length=3"], body: "\r\n\r", keepsAlive: true),
        .request(line: "GET /b http11", fields: ["Host=y"], body: "", keepsAlive: true),
      ]
    ),
  ]

  @Test(arguments: accepted.indices)
  func readsTheSameAtEverySplit(_ index: Int) {
    let (text, parsed) = Self.accepted[index]
    let bytes = Array(text.utf8)
    #expect(parse([bytes]) == parsed)
    #expect(byByte(bytes) == parsed)
    for cut in 0...bytes.count {
      #expect(parse([Array(bytes[..<cut]), [], Array(bytes[cut...])]) == parsed, "cut at \(cut)")
    }
    // In pieces of every size.
    for size in 2..<40 {
      let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
      #expect(parse(pieces) == parsed, "pieces of \(size)")
    }
  }

  @Test func readsTheSameAtEveryTwoSplits() {
    let (text, parsed) = Self.accepted[2]
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        guard parse([Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]) == parsed else {
          Issue.record("cuts at \(first) and \(second)")
          return
        }
      }
    }
  }

  /// Numbers that are the same in each run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  @Test func G18_spoiledBytesGiveTheSameAtEverySplit() {
    var generator = Generator(state: 1)
    let seeds =
      Self.accepted.map { Array($0.text.utf8) } + RefusedRequest.all.map(\.bytes).filter { $0.count < 300 }
    let likely = Array("\r\n :;,0a\t\0\u{7F}".utf8)
    for _ in 0..<6000 {
      var bytes = seeds[Int.random(in: seeds.indices, using: &generator)]
      bytes += seeds[Int.random(in: seeds.indices, using: &generator)]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let at = Int.random(in: bytes.indices, using: &generator)
        let byte =
          Bool.random(using: &generator)
          ? likely.randomElement(using: &generator) : UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.remove(at: at)
        case 1: bytes.insert(byte ?? 0, at: at)
        default: bytes[at] = byte ?? 0
        }
      }
      let whole = parse([bytes])
      let cut = Int.random(in: 0...bytes.count, using: &generator)
      guard byByte(bytes) == whole, parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole else {
        Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription) cut at \(cut)")
        return
      }
    }
  }

  @Test func aCopyIsASnapshot() throws {
    let bytes = Array(Self.accepted[2].text.utf8)
    var parser = RequestParser()
    for cut in bytes.indices {
      var copy = parser
      guard case .request(let request) = copy.feed(bytes.span.extracting(cut...)).outcome else {
        Issue.record("no request from \(cut)")
        return
      }
      #expect(Parsed(request) == Self.accepted[2].parsed[0])
      _ = parser.feed(bytes.span.extracting(cut...cut))
    }
  }

  @Test func keepsTheBytesOfTheNextRequestApart() throws {
    let first = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    var parser = RequestParser()
    let bytes = Array((first + "GET /next").utf8)
    let (outcome, used) = parser.feed(bytes.span)
    guard case .request = outcome else {
      Issue.record("no request")
      return
    }
    #expect(used == first.utf8.count)
    #expect(parser.phase == .idle)
    #expect(parser.feed(bytes.span.extracting(used...)).used == 9)
    #expect(parser.phase == .head)
  }

  @Test func saysOnceThatTheClientWaits() {
    func expectation(_ text: String) -> [Bool] {
      var parser = RequestParser()
      let bytes = Array(text.utf8)
      _ = parser.feed(bytes.span)
      return [parser.takeExpectation(), parser.takeExpectation()]
    }
    let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n"
    #expect(expectation(head + "Content-Length: 5\r\n\r\n") == [true, false])
    #expect(expectation(head + "Transfer-Encoding: chunked\r\n\r\n") == [true, false])
    #expect(expectation(head + "Content-Length: 5\r\n\r\nh") == [false, false])
    #expect(expectation(head + "Content-Length: 0\r\n\r\n") == [false, false])
    #expect(expectation(head + "Content-Length: 5\r\n") == [false, false])
    #expect(
      expectation("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n") == [false, false])
  }

  @Test(
    arguments: [
      ("/", "/", nil), ("/a/b?c=d?e", "/a/b", "c=d?e"), ("/?", "/", ""), ("http://x", "/", nil),
      ("https://x:1/a?b", "/a", "b"), ("http://[::1]?q", "/", "q"), ("/http://y/a", "/http://y/a", nil),
    ] as [(String, String, String?)])
  func findsPathAndQuery(_ target: String, _ path: String, _ query: String?) throws {
    var parser = RequestParser()
    let text = "GET \(target) HTTP/1.0\r\n\r\n"
    let bytes = Array(text.utf8)
    guard case .request(let request) = parser.feed(bytes.span).outcome else {
      Issue.record("refused")
      return
    }
    #expect(String(request.path) == path)
    #expect(request.query.map(String.init) == query)
  }
}
