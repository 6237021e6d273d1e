// SPDX-License-Identifier: Apache-2.0

/// One run over one corpus. Each sweep is a static member in a file of its own, listed in ``Main/groups``.
struct Sweep: Sendable {
  /// The first word of its line.
  var name: String
  /// The folder below the shared one without which there is nothing to do.
  var corpus: String
  /// Counts what is right and reports what is not.
  var body: @Sendable (SharedFolder, inout Report) throws -> Void

  /// Prints the line of figures, below the first failures; false when there were any.
  func run(in shared: SharedFolder) -> Bool {
    guard shared.has(corpus) else {
      Output.line("\(name): skipped, there is no \(shared.path)/\(corpus)")
      return true
    }
    var report = Report()
    let clock = ContinuousClock()
    let start = clock.now
    do {
      try body(shared, &report)
    } catch {
      report.fail("\(error)")
    }
    for failure in report.failures.prefix(20) { Output.line("FAIL \(name): \(failure)") }
    if report.failures.count > 20 { Output.line("FAIL \(name): and \(report.failures.count - 20) more") }
    // How long, for the eye: nothing depends on it.
    Output.line("\(name), \(start.duration(to: clock.now).components.seconds) s: \(report.figures)")
    return report.failures.isEmpty
  }
}

/// What a sweep found.
struct Report {
  /// What follows the name on the line of figures.
  var figures = ""
  private(set) var failures: [String] = []

  mutating func fail(_ what: String) { failures.append(what) }
}
