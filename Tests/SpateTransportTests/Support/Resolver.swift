// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The resolver of the test process: libcurl, too, finds it before the one of the C library.
///
/// Nothing under `.invalid` leaves the machine: such a name is unknown, or, under `stuck.invalid`, is looked up until
/// ``release(_:)``.
enum Resolver {
  private static let calls = Monitor((started: [String](), released: Set<String>(), finished: [String]()))

  static func waitForLookup(of name: String) -> Bool { calls.wait { $0.started.contains(name) } }

  /// Lets the stuck lookup of `name` fail, and waits until it has.
  static func release(_ name: String) -> Bool {
    calls.update { _ = $0.released.insert(name) }
    return calls.wait { $0.finished.contains(name) }
  }

  fileprivate static func look(up name: String) {
    calls.update { $0.started.append(name) }
    if name.hasSuffix(".stuck.invalid") { _ = calls.wait(seconds: 60) { $0.released.contains(name) } }
    calls.update { $0.finished.append(name) }
  }
}

private typealias Lookup =
  @convention(c) (
    UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
    UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
  ) -> Int32

@_cdecl("getaddrinfo")
func resolve(
  _ node: UnsafePointer<CChar>?, _ service: UnsafePointer<CChar>?, _ hints: UnsafePointer<addrinfo>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
  let name = node.map { String(cString: $0) } ?? ""
  if name.hasSuffix(".invalid") {
    Resolver.look(up: name)
    return EAI_NONAME
  }
  guard let next = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo") else { return EAI_FAIL }
  return unsafeBitCast(next, to: Lookup.self)(node, service, hints, result)
}
