// SPDX-License-Identifier: Apache-2.0

/// `spate-soak [streams|storm|cancel]... [--count N] [--seed S] [--in-flight N] [--only N]`: streams with random faults, and a
/// storm of retries, and cancels at random events, over loopback against the simulator (trust.md P12, P13, P16). One line of figures each; exit 1 when a
/// promise is broken, 2 for wrong usage. The same seed draws the same faults; `--only` plays one stream of it again.
@main struct Main {
  static func main() async {
    var settings = Settings()
    var wanted: [String] = []
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      if ["streams", "storm", "cancel"].contains(argument) {
        wanted.append(argument)
      } else if let word = arguments.popFirst(), let number = UInt64(word), settings.set(argument, number) {
        continue
      } else {
        Output.fail(
          "usage: spate-soak [streams|storm|cancel]... [--count N] [--seed S] [--in-flight N] [--only N]", status: 2)
      }
    }
    Machine.raiseDescriptorLimit()
    var isClean = true
    if wanted.isEmpty || wanted.contains("streams") { isClean = await Soak(settings).run() && isClean }
    if wanted.isEmpty || wanted.contains("storm") { isClean = await Storm().run() && isClean }
    if wanted.isEmpty || wanted.contains("cancel") { isClean = await Cancels(settings).run() && isClean }
    if !isClean { Output.fail("spate-soak: failed", status: 1) }
  }
}

/// What the command line says.
struct Settings: Sendable {
  var count = 10_000
  var seed = UInt64.random(in: 0..<1_000_000)
  var inFlight = 64
  /// One stream of the run.
  var only: Int?

  mutating func set(_ flag: String, _ number: UInt64) -> Bool {
    guard number <= 1_000_000_000 || flag == "--seed" else { return false }
    switch flag {
    case "--count": count = max(Int(number), 1)
    case "--seed": seed = number
    case "--in-flight": inFlight = max(Int(number), 1)
    case "--only": only = Int(number)
    default: return false
    }
    return true
  }
}
