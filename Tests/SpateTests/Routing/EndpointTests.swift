// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Base URLs as official SDKs take them, and those that must never get a request (trust.md S15).
@Suite struct EndpointTests {
  static let path = "/chat/completions"

  @Test(arguments: [
    ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
    ("https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"),
    ("https://api.openai.com/v1///", "https://api.openai.com/v1/chat/completions"),
    ("https://api.deepseek.com", "https://api.deepseek.com/chat/completions"),
    ("https://api.deepseek.com/", "https://api.deepseek.com/chat/completions"),
    ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
    ("HTTPS://API.openai.com/V1", "https://API.openai.com/V1/chat/completions"),
    ("https://h:8443/a/b/c", "https://h:8443/a/b/c/chat/completions"),
    ("https://h/a;b=c/d=e", "https://h/a;b=c/d=e/chat/completions"),
    ("https://h/a%20b%2Fc", "https://h/a%20b%2Fc/chat/completions"),
    ("https://h//double", "https://h//double/chat/completions"),
    (
      "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
      "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
    ), ("https://h/v1/?a=b&c=/d/", "https://h/v1/chat/completions?a=b&c=/d/"),
    ("https://h?x=1", "https://h/chat/completions?x=1"), ("https://h/?x=1?y", "https://h/chat/completions?x=1?y"),
    ("https://h/v1?next=a@b", "https://h/v1/chat/completions?next=a@b"),
    ("http://[::1]:8080/v1", "http://[::1]:8080/v1/chat/completions"),
    ("https://[2001:db8::1]/v1", "https://[2001:db8::1]/v1/chat/completions"),
    ("https://h/v1/xchat/completions", "https://h/v1/xchat/completions/chat/completions"),
  ])
  func addsThePath(base: String, url: String) throws {
    let endpoint = try Endpoint(base: base, path: Self.path)
    #expect(endpoint.url == url)
    #expect(endpoint.warnings.isEmpty)
    #expect(endpoint.isEncrypted == base.lowercased().hasPrefix("https"))
  }

  @Test func queriesOfDialectsAndBasesAreMerged() throws {
    #expect(try Endpoint(base: "https://h/v1", path: "/m:x?alt=sse").url == "https://h/v1/m:x?alt=sse")
    #expect(try Endpoint(base: "https://h/v1?a=1", path: "/m?alt=sse").url == "https://h/v1/m?alt=sse&a=1")
    #expect(try Endpoint(base: "https://h/v1/m", path: "/m?alt=sse").url == "https://h/v1/m?alt=sse")
  }

  @Test(arguments: [
    ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
    ("https://h/v1/chat/completions/", "https://h/v1/chat/completions"),
    ("https://h/chat/completions?api-version=1", "https://h/chat/completions?api-version=1"),
  ])
  func usesAPathThatEndsInTheEndpointWithAWarning(base: String, url: String) throws {
    let endpoint = try Endpoint(base: base, path: Self.path)
    #expect(endpoint.url == url)
    #expect(endpoint.warnings.map(\.code) == [.unexpectedForm])
  }

  @Test(arguments: [
    "", " ", "/", "h", "h/v1", "api.openai.com/v1", "//h/v1", "://h", "http:", "http:/", "http://", "https://",
    "http:///v1", "https:///", "http://:", "http://:80", "http://:/v1", "http://?x", "ftp://h/v1", "file:///etc/passwd",
    "gopher://h/", "dict://h/", "ws://h/", "javascript://h/", "https://user@h/v1", "https://user:pass@h/v1",
    "https://@h/v1", "https://h@evil.example/v1", "https://h:80@evil.example/", "https://h/v1#fragment", "https://h#",
    "https://h/v1?a#b", "https://h\\@evil.example/", "https://h\\.evil.example/", "https://h/v1\\..", "https://h /v1",
    "https://h/v 1", " https://h/v1", "https://h/v1 ", "https://h/v1\n", "https://h\r\nX-Evil: 1/v1", "https://h/\0",
    "https://h/\u{7F}", "https://hé/v1", "https://h/é", "https://h%40evil.example/", "https://%68/", "https://h:0/",
    "https://h:65536/", "https://h:-1/", "https://h:80x/", "https://h:/v1", "https://[::1/v1", "https://[::1]x/v1",
    "https://[::1].evil.example/v1", "http://[::1]@evil.example/v1", "https://[]/v1", "https://h:443:80/",
  ])
  func refusesWhatIsNoBaseURL(base: String) {
    let error = #expect(throws: SpateError.self) { try Endpoint(base: base, path: Self.path) }
    #expect(error?.code == .badRequest)
    // It may hold a password.
    #expect(error?.message.contains("pass@") != true)
  }

  @Test(arguments: [
    "http://localhost", "http://LOCALHOST:1", "http://localhost./v1", "http://x.localhost/v1", "http://127.0.0.1:80/v1",
    "http://127.1.2.3", "http://127.1", "http://[::1]", "http://[::1]:9/v1", "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/", "http://2130706433/",
  ])
  func knowsThisMachine(base: String) throws { #expect(try Endpoint(base: base, path: Self.path).isLoopback) }

  @Test(arguments: [
    "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://notlocalhost", "http://128.0.0.1",
    "http://0.0.0.0", "http://192.168.1.1", "http://[::2]", "http://[::]", "http://[fe80::1]", "http://127.0.0.256",
    "http://127.+0.0.1", "http://1270.0.0.1", "http://localhost1", "http://127.0.0.1-x", "http://[::ffff:10.0.0.1]",
    "http://evil.example/localhost", "http://evil.example?localhost", "http://127.example",
  ])
  func knowsAnotherMachine(base: String) throws { #expect(try !Endpoint(base: base, path: Self.path).isLoopback) }
}
