// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateSimulator

/// The simulator inside `spate`, which answers where nothing says whom to ask.
enum BuiltInProvider {
  /// Runs `body` with a client that asks it, and says so on stderr.
  static func run(_ body: (Client) async -> ExitStatus) async throws(UsageError) -> ExitStatus {
    StandardStream.error.write("spate: no model and no key is set, so the built-in simulator answers\n")
    var script = Script.welcome
    if StandardStream.output.isTerminal { script.pace = .milliseconds(15) }
    let simulator: Simulator
    do { simulator = try Simulator(fallback: .script(script)) } catch {
      throw UsageError("the built-in simulator can not start: \(error)")
    }
    defer { simulator.stop() }
    return await body(Client(provider: .compatible(baseURL: simulator.baseURL), environment: .fixed([:])))
  }
}
