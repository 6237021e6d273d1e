// SPDX-License-Identifier: Apache-2.0

import SpateTransport
import Testing

/// Runs `body` with a transport of its own, and checks that nothing is left of it afterwards.
func withTransport(
  _ server: LoopbackServer, transport: CurlTransport = CurlTransport(),
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (CurlTransport, LoopbackServer) -> Void
) {
  body(transport, server)
  #expect(transport.handlesInUse == 0, "a handle leaked", sourceLocation: sourceLocation)
  transport.stop()
  #expect(server.stop(), "a connection stayed open", sourceLocation: sourceLocation)
}
