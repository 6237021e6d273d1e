// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateTestSupport
import Testing

@testable import SpateTransport

@Suite(.timeLimit(.minutes(10)), .overBothCarriers) struct CurlRefusalTests {
  @Test func endsABadRequestBeforeAnythingIsSent() {
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      let requests = [
        HTTPRequest(method: "GET", url: "file:///etc/passwd"),
        HTTPRequest(method: "GET", url: server.url("/ HTTP/1.1\r\nX: 1")),
        HTTPRequest(method: "GET", url: server.url(), fields: ["X": "1\r\nInjected: 1"]),
        HTTPRequest(method: "GET", url: server.url(), fields: ["X: 1\r\nInjected": "1"]),
        HTTPRequest(method: "GET\r\n", url: server.url()),
      ]
      for request in requests {
        let sink = Recorder()
        sink.start(request, on: transport)
        #expect(sink.waitForEnd())
        #expect(sink.endCode == .badRequest)
        #expect(sink.state.now.breaches == [])
      }
      #expect(server.record.now.accepted == 0)
    }
  }

  @Test func sendsHostileButLegalValuesAsOneLine() {
    withTransport(LoopbackServer(bytes: Answer.whole())) { transport, server in
      let values = ["a: b", ";", "@file", "ä\u{85}ö", "x;", "\ttab", "%0d%0aInjected: 1"]
      for value in values {
        let sink = Recorder()
        sink.start(HTTPRequest(method: "GET", url: server.url(), fields: ["X-Value": value]), on: transport)
        #expect(sink.waitForEnd() && sink.succeeded)
      }
      let requests = server.record.now.requests
      #expect(requests.allSatisfy { $0.lines.count == 4 })
      #expect(requests.map { $0.field("x-value") } == values)
    }
  }

  @Test func refusesALibraryThatIsTooOld() {
    #expect(CurlLibrary.refusal(version: 0x07_56_00)?.code == .unavailable)
    #expect(CurlLibrary.refusal(version: 0x07_56_00)?.message == "libcurl 7.86 is too old: 7.87 or later is needed")
    #expect(CurlLibrary.refusal(version: 0x07_57_00) == nil)
    #expect(CurlLibrary.refusal(version: 0x08_00_00) == nil)
    #expect(throws: Never.self) { try CurlLibrary.shared.get() }
    #expect(CurlTransport.libraryDescription.hasPrefix("libcurl "))
  }

  /// The second is there, and is something else.
  @Test(arguments: ["libspate-is-not-there.so.4", "libz.so.1"])
  func aLibraryThatIsNotThereSaysWhatToInstall(_ name: String) {
    let error = #expect(throws: TransportError.self) { try CurlLibrary(name) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.hasPrefix("libcurl can not be loaded: install libcurl4") == true)
    #expect(error?.message.contains(name) == true)
  }

  @Test func sharesOneTransportForTheProcess() {
    _ = TestEnvironment.proxy
    let server = LoopbackServer(bytes: Answer.whole([1]))
    let sink = Recorder()
    sink.start(HTTPRequest(method: "GET", url: server.url()), on: CurlTransport.shared)
    #expect(sink.waitForEnd() && sink.succeeded)
  }

  @Test func aCertificateFileThatIsNotThereIsATLSError() {
    withTransport(
      LoopbackServer(bytes: Answer.whole()), transport: CurlTransport(certificateAuthorities: "/nonexistent/ca.pem")
    ) { transport, server in
      let sink = Recorder()
      let url = server.url().replacing("http:", with: "https:")
      sink.start(HTTPRequest(method: "GET", url: url), on: transport)
      #expect(sink.waitForEnd())
      #expect(sink.endCode == .tls)
      #expect(server.record.now.requests.isEmpty)
    }
  }

  @Test func stopsItselfOnItsOwnThreadWithoutWaiting() {
    let transport = Carrier.transport()
    let stopped = Monitor(false)
    _ = transport.schedule(after: .zero) {
      transport.stop()
      stopped.update { $0 = true }
    }
    #expect(stopped.wait { $0 })
    let sink = Recorder()
    sink.start(HTTPRequest(method: "GET", url: "http://127.0.0.1:1/"), on: transport)
    #expect(sink.waitForEnd())
    #expect(sink.endCode == .cancelled)
    #expect(transport.handlesInUse == 0)
  }
}
