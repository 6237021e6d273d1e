// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTransport
import Testing

@Suite struct RequestValidityTests {
  @Test(
    arguments: [
      "", "http", "http:", "http:/", "http://", "http:///path", "http://?q", "http://:80/", "//host/", "host/path",
      "file:///etc/passwd", "gopher://h/", "dict://h/", "ftp://h/", "javascript:alert(1)", "http://user@h/",
      "http://user:pass@h/", "http://h@evil/", "https://h/#fragment", "http://h/ a", "http://h/\r\nX: 1", "http://h/\n",
      "http://h/\0", "http://h/\t", "http://h/\u{7F}", "http://h/ä", "http://h\\evil/", "http://h%2fevil/",
      "http://h:/",
      "http://h:0/", "http://h:65536/", "http://h:8a/", "http://h:-1/", "http://[::1/", "http://[::1]x/", " http://h/",
    ]) func refusesURL(url: String)
  {
    let flaw = HTTPRequest(method: "GET", url: url).flaw
    #expect(flaw?.code == .badRequest)
    #expect(url.utf8.count < 12 || flaw?.message.contains(url) == false)
  }

  @Test(
    arguments: [
      "http://h", "HTTPS://H/", "http://h?q=1", "https://api.example.com:443/v1/chat?beta=true&x=%20",
      "http://127.0.0.1:1/", "http://[::1]:8080/a@b", "http://h/a:b",
    ]) func acceptsURL(url: String)
  {
    #expect(HTTPRequest(method: "GET", url: url).flaw == nil)
  }

  /// trust.md S14: all 256 bytes, in names and in values.
  @Test func refusesControlBytesInFields() {
    for byte in UInt8.min...UInt8.max {
      // Bytes above ASCII as the scalar of that number.
      let text = "a\(Character(UnicodeScalar(byte)))b"
      let value = HTTPRequest(method: "GET", url: "http://h/", fields: ["X": text]).flaw
      let name = HTTPRequest(method: "GET", url: "http://h/", fields: [text: "1"]).flaw
      let isControl = byte < 0x20 && byte != 9 || byte == 0x7F
      #expect((value?.code == .badRequest) == isControl, "value byte \(byte)")
      let isToken =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      #expect((name == nil) == isToken, "name byte \(byte)")
    }
  }

  @Test(arguments: ["Content-Length", "transfer-encoding", "Connection", "EXPECT", "Upgrade", "TE", "Trailer"])
  func refusesFieldsThatFrameTheMessage(name: String) {
    #expect(HTTPRequest(method: "POST", url: "http://h/", fields: [name: "1"]).flaw?.code == .badRequest)
  }

  @Test(arguments: ["", "GET /", "G\r\n", "CONNECT"]) func refusesMethod(method: String) {
    #expect(HTTPRequest(method: method, url: "http://h/").flaw?.code == .badRequest)
  }

  @Test func namesNoValueInItsMessages() {
    let flaw = HTTPRequest(method: "GET", url: "http://h/", fields: ["Authorization": "canary\r\n"]).flaw
    #expect(flaw?.message.contains("canary") == false)
  }

  @Test(
    arguments: [
      ("http://localhost/", true), ("http://LocalHost.:1/", true), ("http://a.localhost/", true),
      ("http://127.0.0.1/", true), ("http://127.9.9.9:80/", true), ("http://127.1/", true), ("http://[::1]:1/", true),
      ("http://[::ffff:127.0.0.1]/", true), ("http://example.com/", false), ("http://localhost.example.com/", false),
      ("http://127.0.0.1.example.com/", false), ("http://10.0.0.1/", false), ("http://[::2]/", false),
      ("http://[::ffff:10.0.0.1]/", false), ("http://notlocalhost/", false),
    ]) func knowsLoopbackHosts(url: String, isLoopback: Bool)
  {
    #expect(URLParts(url).isLoopback == isLoopback)
  }
}
