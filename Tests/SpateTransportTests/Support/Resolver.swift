// SPDX-License-Identifier: Apache-2.0

import CTestResolver
import SpateTestSupport

/// The resolver of the test process: nothing under `.invalid` leaves the machine. Such a name is unknown, or, under
/// `stuck.invalid`, looked up until ``release(_:)``.
enum Resolver {
  private static let calls = Monitor((started: [String](), released: Set<String>(), finished: [String]()))

  /// Before the first lookup of the process.
  static func install() {
    spate_test_set_lookup { name in
      guard let name else { return 0 }
      let text = String(cString: name)
      guard text.hasSuffix(".invalid") else { return 0 }
      Resolver.look(up: text)
      return 1
    }
  }

  static func waitForLookup(of name: String) -> Bool { calls.wait { $0.started.contains(name) } }

  /// Lets the stuck lookup of `name` fail, and waits until it has.
  static func release(_ name: String) -> Bool {
    calls.update { _ = $0.released.insert(name) }
    return calls.wait { $0.finished.contains(name) }
  }

  private static func look(up name: String) {
    calls.update { $0.started.append(name) }
    if name.hasSuffix(".stuck.invalid") { _ = calls.wait(seconds: 60) { $0.released.contains(name) } }
    calls.update { $0.finished.append(name) }
  }
}
