// SPDX-License-Identifier: Apache-2.0

import SpateTestSupport
import SpateTransport
import Testing

/// Runs `body` with a transport of its own, of the test's ``Carrier``, and checks that nothing is left of it afterwards.
func withTransport(
  _ server: LoopbackServer, transport: @autoclosure () -> CurlTransport = Carrier.transport(),
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (CurlTransport, LoopbackServer) throws -> Void
) rethrows {
  _ = TestEnvironment.proxy
  let transport = transport()
  try body(transport, server)
  #expect(transport.handlesInUse == 0, "a handle leaked", sourceLocation: sourceLocation)
  transport.stop()
  #expect(server.stop(), "a connection stayed open", sourceLocation: sourceLocation)
}

/// Waits until the loop of `transport` has gone round `count` times with nothing left to do at once.
func waitForTurns(_ count: Int, of transport: CurlTransport) {
  for _ in 0..<count {
    let turn = Monitor(false)
    _ = transport.schedule(after: .milliseconds(2)) { turn.update { $0 = true } }
    #expect(turn.wait { $0 })
  }
}
