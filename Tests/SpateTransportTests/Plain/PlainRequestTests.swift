// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateEventLoop
import Testing

@testable import SpateTransport

@Suite struct PlainRequestTests {
  private func plain(_ request: HTTPRequest, _ environment: [String: String] = [:]) -> PlainRequest? {
    PlainDestination(request.url).flatMap { PlainRequest(request, to: $0) { environment[$0] } }
  }

  private func text(_ request: HTTPRequest) -> String? {
    plain(request).map { String(decoding: $0.bytes + $0.body, as: UTF8.self) }
  }

  @Test func writesTheHeadInTheOrderOfLibcurl() {
    let fields: HTTPFields = [
      "Content-Type": "application/json", "Authorization": "Bearer k", "X-Empty": "", "B": "ä;",
    ]
    let request = HTTPRequest(
      method: "POST", url: "HTTP://127.0.0.1:8080/v1/a/../b?q=1&r", fields: fields, body: Array("{}".utf8))
    #expect(
      text(request) == "POST /v1/a/../b?q=1&r HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept-Encoding: identity\r\n"
        + "Content-Type: application/json\r\nAuthorization: Bearer k\r\nX-Empty: \r\nB: ä;\r\nContent-Length: 2\r\n\r\n{}"
    )
  }

  @Test(
    arguments: [
      ("http://127.0.0.1", "/", "127.0.0.1"), ("http://127.0.0.1:80?a=b", "/?a=b", "127.0.0.1"),
      ("http://[::1]:11434/api", "/api", "[::1]:11434"), ("http://[2001:DB8::1]/", "/", "[2001:db8::1]"),
      ("http://LocalHost:1/x", "/x", "localhost:1"), ("http://a.localhost./", "/", "a.localhost."),
    ] as [(String, String, String)])
  func namesTheTargetAndTheHost(url: String, target: String, host: String) {
    #expect(
      text(HTTPRequest(method: "GET", url: url))
        == "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nAccept-Encoding: identity\r\n\r\n")
  }

  /// A Kelvin sign is the same string as a K and no letter of a URL.
  @Test func aDestinationIsFoundByTheBytesOfItsURL() {
    let http = PlainHTTP(loop: EventLoop(), idleLifetime: .seconds(1))
    let sink = Recorder()
    #expect(http.transfer(for: HTTPRequest(method: "GET", url: "http://127.0.0.1/K"), sink: sink) != nil)
    #expect(http.transfer(for: HTTPRequest(method: "GET", url: "http://127.0.0.1/\u{212A}"), sink: sink) == nil)
    http.loop.stop()
  }

  @Test func fieldsOfTheCallersTakeThePlaceOfOurs() {
    let fields: HTTPFields = ["A": "1", "host": "example.com", "ACCEPT-ENCODING": "br"]
    #expect(
      text(HTTPRequest(method: "GET", url: "http://127.0.0.1/", fields: fields))
        == "GET / HTTP/1.1\r\nHost: example.com\r\nA: 1\r\nACCEPT-ENCODING: br\r\n\r\n")
  }

  @Test(
    arguments: [
      ("POST", 0, true), ("PUT", 0, true), ("PATCH", 0, true), ("GET", 0, false), ("DELETE", 0, false),
      ("HEAD", 0, false),
      ("GET", 3, true), ("DELETE", 3, true), ("OPTIONS", 3, true),
    ] as [(String, Int, Bool)])
  func saysALengthWhereThereIsOrShouldBeABody(method: String, size: Int, isSaid: Bool) {
    let body = [UInt8](repeating: 0x61, count: size)
    let text = text(HTTPRequest(method: method, url: "http://127.0.0.1/", body: body)) ?? ""
    #expect(text.contains("Content-Length: \(size)\r\n") == isSaid)
    #expect(text.contains("Content-Length") == isSaid)
  }

  @Test(arguments: [(32 << 10) - 1, 32 << 10, (32 << 10) + 1]) func copiesASmallBodyOnly(size: Int) {
    let body = [UInt8](repeating: 0x61, count: size)
    let request = plain(HTTPRequest(method: "POST", url: "http://127.0.0.1/", body: body))
    #expect(request?.body.count == (size > 32 << 10 ? size : 0))
    #expect(request?.bytes.suffix(4).elementsEqual((size > 32 << 10 ? "\r\n\r\n" : "aaaa").utf8) == true)
  }

  /// TLS, names that must be looked up, addresses in a notation that only resolvers read.
  @Test(
    arguments: [
      "https://127.0.0.1/", "http://example.com/", "http://ollama:11434/", "http://127.1/", "http://0x7f000001/",
      "http://2130706433/", "http://notlocalhost/", "http://[v1.x]/", "http://[::1/",
    ]) func leavesTheRestToLibcurl(url: String)
  {
    #expect(plain(HTTPRequest(method: "GET", url: url)) == nil)
  }

  @Test(arguments: ["http_proxy", "all_proxy", "ALL_PROXY"]) func S13_leavesWhatMayHaveAProxyToLibcurl(name: String) {
    let far = HTTPRequest(method: "GET", url: "http://192.0.2.1/")
    #expect(plain(far) != nil)
    #expect(plain(far, [name: "http://proxy:3128"]) == nil)
    #expect(plain(far, [name: ""]) != nil)
    // libcurl does not read it: a server's CGI would set it from a header.
    #expect(plain(far, ["HTTP_PROXY": "http://proxy:3128", "https_proxy": "http://proxy:3128"]) != nil)
    for host in ["127.0.0.1", "localhost", "[::1]", "127.3.2.1"] {
      #expect(plain(HTTPRequest(method: "GET", url: "http://\(host)/"), [name: "http://proxy:3128"]) != nil)
    }
  }

  @Test func triesBothAddressesOfThisMachine() {
    #expect(SocketAddress.known(for: "localhost", port: 80).map(\.family) == [10, 2])
    #expect(SocketAddress.known(for: "192.0.2.1", port: 80).map(\.family) == [2])
    #expect(SocketAddress.known(for: "::1", port: 80).map(\.family) == [10])
  }
}
