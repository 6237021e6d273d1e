// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import SpateTransport
import Testing

/// Certificates are always verified, and keys are sent to nobody else (trust.md S11).
@Suite(
  .enabled(if: PythonStand.isAvailable, "needs python3 (3.10, ssl) and openssl"), .timeLimit(.minutes(10)))
struct CurlTLSTests {
  private static let half = (0..<8).flatMap { _ in Array(UInt8.min...UInt8.max) }
  private static let key = "Bearer canary-of-a-key"

  /// What became of a request that carries a key, and the stand that saw it or not.
  private func get(
    _ path: String = "/stream", _ options: [String] = [], host: String = "localhost", trusts: Bool = true
  ) throws -> (sink: Recorder, stand: PythonStand) {
    _ = TestEnvironment.proxy
    let stand = try PythonStand("http1_stand", options)
    let transport = trusts ? CurlTransport(certificateAuthorities: stand.authority) : CurlTransport()
    defer { transport.stop() }
    let sink = Recorder()
    let fields: HTTPFields = ["Authorization": Self.key]
    sink.start(HTTPRequest(method: "GET", url: stand.url(path, host: host), fields: fields), on: transport)
    #expect(sink.waitForEnd())
    #expect(sink.state.now.breaches == [])
    #expect(transport.handlesInUse == 0)
    return (sink, stand)
  }

  /// Waits until the server, too, has given the connection up, and expects that it saw nothing of the request.
  private func expectRefusal(
    _ answer: (sink: Recorder, stand: PythonStand), sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.sink.endCode == .tls, "\(answer.sink.state.now.ends)", sourceLocation: sourceLocation)
    #expect(answer.sink.state.now.heads == [], sourceLocation: sourceLocation)
    // libcurl compares the name after the handshake, so that the server sees no more than a connection that ends.
    let isOver = answer.stand.report.wait { $0.lines.contains { $0.hasPrefix("refused ") || $0.hasPrefix("closed ") } }
    #expect(isOver, "\(answer.stand.report.now.lines)", sourceLocation: sourceLocation)
    #expect(answer.stand.lines("accepted").count == 1, sourceLocation: sourceLocation)
    #expect(answer.stand.lines("request") == [], sourceLocation: sourceLocation)
    #expect(!"\(answer.sink.state.now.ends)".contains("canary"), sourceLocation: sourceLocation)
  }

  @Test(arguments: ["ec", "rsa"]) func S11_aPrivateAuthorityIsTrustedWhenItIsNamed(key: String) throws {
    let (sink, stand) = try get("/stream", ["--key", key])
    #expect(sink.succeeded, "\(sink.state.now.ends)")
    #expect(sink.delivered((0..<2000).flatMap { Array("data: \($0)\n\n".utf8) }))
    #expect(stand.lines("request") == ["1 /stream \(Self.key)"])
    #expect(stand.lines("handshake").allSatisfy { $0.contains("TLSv1.2") || $0.contains("TLSv1.3") })
  }

  @Test func S11_anUnknownAuthorityIsRefusedBeforeAKeyIsSent() throws {
    expectRefusal(try get(trusts: false))
  }

  @Test(arguments: ["elsewhere.example", "localhost.example", "*.localhost"])
  func S11_aCertificateForAnotherNameIsRefusedBeforeAKeyIsSent(name: String) throws {
    expectRefusal(try get("/stream", ["--host", name]))
  }

  /// An address is a name of its own: a certificate for the host's name does not cover it.
  @Test func S11_theAddressOfTheHostIsAnotherName() throws {
    expectRefusal(try get(host: "127.0.0.1"))
  }

  @Test func S11_anExpiredCertificateIsRefusedBeforeAKeyIsSent() throws {
    expectRefusal(try get("/stream", ["--expired"]))
  }

  /// The stand has shown by itself that it does speak TLS 1.1, so it is us who did not offer it.
  @Test func S11_tls11IsRefused() throws {
    let answer = try get("/stream", ["--old"])
    guard answer.stand.lines("probe") == ["TLSv1.1"] else {
      withKnownIssue("this Python can not speak TLS 1.1") { Issue.record("\(answer.stand.lines("probe"))") }
      return
    }
    #expect(answer.sink.endCode == .tls, "\(answer.sink.state.now.ends)")
    #expect(answer.stand.wait(for: "refused"))
    #expect(answer.stand.lines("refused") == ["2 UNSUPPORTED_PROTOCOL"])
    #expect(answer.stand.lines("request") == [])
  }

  /// Whoever can drop packets can end a TCP connection, but can not say TLS's goodbye.
  @Test(arguments: ["/cut/length", "/cut/chunk"]) func S11_anEndWithoutCloseNotifyIsTruncated(path: String) throws {
    let (sink, stand) = try get(path)
    #expect(sink.endCode == .truncated, "\(sink.state.now.ends)")
    #expect(sink.delivered(Self.half))
    #expect(stand.lines("request").count == 1)
  }

  /// A body that ends with its connection is the dialect's to judge (trust.md 1.1): libcurl tells OpenSSL to overlook
  /// that the goodbye is missing.
  @Test(arguments: ["/end/close", "/cut/close"]) func aBodyThatEndsWithItsConnectionIsDelivered(path: String) throws {
    let (sink, _) = try get(path)
    if path == "/end/close" { #expect(sink.succeeded, "\(sink.state.now.ends)") }
    #expect(sink.succeeded || sink.endCode == .truncated, "\(sink.state.now.ends)")
    #expect(sink.delivered(Self.half))
  }

  @Test func anEndBeforeTheHeadIsAFailureToConnect() throws {
    let (sink, stand) = try get("/cut/head")
    #expect(sink.endCode == .connect, "\(sink.state.now.ends)")
    #expect(stand.lines("request").count == 1)
  }
}
