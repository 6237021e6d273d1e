// SPDX-License-Identifier: Apache-2.0

import SpateTransport
import Testing

@testable import Spate

/// Media that the client fetches for who takes only their bytes, without sockets.
@Suite(.timeLimit(.minutes(10))) struct MediaFetchTests {
  static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
  static let answer =
    #"{"model":"m","message":{"role":"assistant","content":"A cat."},"done":true,"done_reason":"stop"}"#
  static let image = "https://images.example/cat?size=1"

  /// Asks about an image at Ollama, which takes bytes only; `media` answers for the web.
  private func ask(
    _ url: String = image, _ fetching: MediaFetching = MediaFetching(), provider: Provider = .ollama,
    _ media: @escaping @Sendable (HTTPRequest) -> ScriptedAnswer
  ) -> (ResponseStream, ScriptedTransport) {
    let transport = ScriptedTransport { request, _ in
      guard request.method == "POST" else { return media(request) }
      return ScriptedAnswer([.head(200, contentType: "application/x-ndjson"), .body(Self.answer + "\n")])
    }
    let client = Client(
      provider: provider, recovery: .none,
      environment: .fixed(["OLLAMA_API_KEY": "secret", "OPENAI_API_KEY": "secret"]),
      transport: transport, mediaFetching: fetching)
    return (client.stream([.user(["What is it?", .image(.url(url))])], model: "m"), transport)
  }

  private func bytes(_ bytes: [UInt8], type: String? = "image/png") -> ScriptedAnswer {
    let fields: HTTPFields = type.map { ["Content-Type": $0] } ?? [:]
    return ScriptedAnswer([.head(HTTPHead(status: 200, fields: fields)), .body(bytes)])
  }

  private func redirect(to place: String, status: Int = 302) -> ScriptedAnswer {
    ScriptedAnswer([.head(HTTPHead(status: status, fields: ["Location": place]))])
  }

  @Test func bytesAreSentInPlaceOfTheAddress() async throws {
    let (stream, transport) = ask { _ in bytes(Self.png) }
    #expect(try await stream.response.text == "A cat.")
    #expect(transport.requests.map(\.method) == ["GET", "POST"] && transport.requests[0].url == Self.image)
    let body = try JSONValue(parsing: transport.requests[1].body)
    #expect(body["messages"]?[0]?["images"]?[0]?.string == "iVBORw0KGgoBAgM=")
  }

  /// The host of the media is nobody who may know the key.
  @Test func S6_noCredentialsAreSent() async throws {
    let (stream, transport) = ask { _ in bytes(Self.png) }
    _ = try await stream.response
    let request = try #require(transport.requests.first)
    #expect(request.fields.fields.map(\.name).sorted() == ["Accept", "User-Agent"])
    #expect(request.addresses != nil && request.body.isEmpty)
    #expect(!request.fields.fields.contains { $0.value.contains("secret") })
  }

  @Test func whoTakesAddressesGetsThem() async throws {
    let transport = ScriptedTransport(.text("A cat."))
    let client = Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]), transport: transport)
    _ = try await client.stream([.user([.image(.url(Self.image))])], model: "m").response
    #expect(transport.requests.count == 1)
  }

  private func failure(
    _ url: String = image, _ fetching: MediaFetching = MediaFetching(),
    _ media: @escaping @Sendable (HTTPRequest) -> ScriptedAnswer
  ) async -> (SpateError?, ScriptedTransport) {
    let (stream, transport) = ask(url, fetching, media)
    let error = await #expect(throws: SpateError.self) { try await stream.response }
    #expect(!transport.requests.contains { $0.method == "POST" })
    #expect(error?.description.contains("size=1") == false)
    return (error, transport)
  }

  @Test func offIsAClearError() async {
    let (error, transport) = await failure(Self.image, .off) { _ in bytes(Self.png) }
    #expect(error?.code == .badRequest && error?.message.contains("fetches none") == true)
    #expect(transport.requests.isEmpty)
  }

  @Test func onlyTheHostsThatAreAllowed() async throws {
    let (error, transport) = await failure(Self.image, MediaFetching(hosts: ["other.example"])) { _ in bytes(Self.png) }
    #expect(error?.code == .badRequest && transport.requests.isEmpty)
    let (stream, _) = ask(Self.image, MediaFetching(hosts: ["Images.Example"])) { _ in bytes(Self.png) }
    #expect(try await stream.response.text == "A cat.")
    // A redirect is held to them too.
    let (other, second) = await failure(Self.image, MediaFetching(hosts: ["images.example"])) { _ in
      redirect(to: "https://other.example/cat.png")
    }
    #expect(other?.code == .badRequest && second.requests.count == 1)
  }

  @Test func redirectsAreFollowedEachWithItsChecks() async throws {
    let (stream, transport) = ask { request in
      request.url == Self.image
        ? redirect(to: "/a") : request.url.hasSuffix("/a") ? redirect(to: "b.png") : bytes(Self.png)
    }
    #expect(try await stream.response.text == "A cat.")
    #expect(
      transport.requests.map(\.url).prefix(3) == [
        Self.image, "https://images.example/a", "https://images.example/b.png",
      ])
    #expect(transport.requests.prefix(3).allSatisfy { $0.addresses != nil })
  }

  @Test func S9_redirectsHaveLimits() async {
    let (loop, transport) = await failure { _ in redirect(to: "/again") }
    #expect(loop?.code == .redirect && transport.requests.count == 4)
    #expect(await failure { _ in redirect(to: "http://images.example/plain") }.0?.code == .redirect)
    for place in [
      "file:///etc/passwd", "gopher://x/", "https://user:pw@x.example/", "http:x", "//", "ftp://x.example/a",
    ] {
      let (error, transport) = await failure { _ in redirect(to: place) }
      #expect([.badRequest, .redirect].contains(error?.code), "\(place): \(String(describing: error))")
      #expect(transport.requests.count <= 4)
    }
  }

  @Test func answersThatAreNoImage() async {
    #expect(await failure { _ in .status(404) }.0?.code == .notFound)
    #expect(await failure { _ in bytes([], type: "image/png") }.0?.code == .badRequest)
    #expect(await failure { _ in bytes(Array("<html>".utf8), type: "text/html") }.0?.code == .contentType)
    #expect(await failure { _ in bytes(Array("%PDF-1.7".utf8), type: "image/png") }.0?.code == .contentType)
    #expect(await failure { _ in bytes([1, 2, 3], type: nil) }.0?.code == .contentType)
    let small = MediaFetching(limit: Self.png.count - 1)
    #expect(await failure(Self.image, small) { _ in bytes(Self.png) }.0?.code == .tooLarge)
  }

  @Test func theLimitItselfIsNotTooLarge() async throws {
    let (stream, _) = ask(Self.image, MediaFetching(limit: Self.png.count)) { _ in bytes(Self.png) }
    #expect(try await stream.response.text == "A cat.")
  }

  @Test func whatNeverComesTimesOut() async {
    let (error, transport) = await failure { _ in ScriptedAnswer([.head(200), .pause(.seconds(31)), .hang]) }
    #expect(error?.code == .timeout && error?.phase == .total && error?.isRetryable == false)
    #expect(transport.timerCount == 0)
  }

  @Test func cancellingEndsTheDownload() async throws {
    let (stream, transport) = ask(Self.image, MediaFetching(timeout: .seconds(1_000_000_000))) { _ in
      ScriptedAnswer([.hang])
    }
    async let response = stream.response
    await transport.waitForRequests(1)
    stream.cancel()
    do {
      _ = try await response
      Issue.record("it was cancelled")
    } catch { #expect((error as? SpateError)?.code == .cancelled) }
    #expect(transport.requests.count == 1)
  }

  @Test func aPartThatIsTwiceThereIsFetchedOnce() async throws {
    let transport = ScriptedTransport { request, _ in
      guard request.method == "POST" else { return bytes(Self.png) }
      return ScriptedAnswer([.head(200, contentType: "application/x-ndjson"), .body(Self.answer + "\n")])
    }
    let client = Client(provider: .ollama, environment: .fixed([:]), transport: transport)
    let image = ContentPart.image(.url(Self.image))
    _ = try await client.stream([.user([image]), .assistant([.text("Hm.")]), .user([image])], model: "m").response
    #expect(transport.requests.count == 2)
  }

  @Test(
    arguments: [
      ("b", "https://x.example/a/c?q", "https://x.example/a/b"), ("/b", "https://x.example/a/c", "https://x.example/b"),
      ("//y.example/b", "https://x.example/a", "https://y.example/b"),
      ("?r", "https://x.example/a?q", "https://x.example/a?r"),
      ("http://y.example/", "https://x.example", "http://y.example/"),
      ("b#f", "https://x.example", "https://x.example/b"),
    ] as [(String, String, String)])
  func whereARedirectLeads(_ place: String, _ from: String, _ to: String) {
    #expect(MediaDownload.resolved(place, from: from) == to)
  }
}
