// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore
import SpateServer
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs `body` with a started server and stops it whatever happens.
func withServer(
  _ configuration: ServerConfiguration = ServerConfiguration(), handle: @escaping @Sendable (Exchange) -> Void,
  _ body: (HTTPServer) throws -> Void
) throws {
  let server = HTTPServer(configuration: configuration, handle: handle)
  try server.start()
  defer { server.stop() }
  try body(server)
}

/// Gives the processor away until `condition` holds; a watchdog ends it.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) {
  let end = ContinuousClock.now + .seconds(20)
  while !condition() {
    guard ContinuousClock.now < end else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    sched_yield()
  }
}

/// Values that a handler leaves for the test.
final class Notes<Value: Sendable>: Sendable {
  private let values = Lock<[Value]>([])

  func add(_ value: Value) { values.withLock { $0.append(value) } }

  var all: [Value] { values.withLock { $0 } }

  var count: Int { values.withLock { $0.count } }
}

let hello: @Sendable (Exchange) -> Void = { exchange in
  exchange.respond(status: 200, fields: ["Content-Type": "text/plain"], body: Array("hello world".utf8))
}

extension String {
  /// A request without a body, or with one when it is in the text.
  static func get(_ target: String = "/", _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
  }
}
