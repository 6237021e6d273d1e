// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
public import SpateDialects

/// The list of what every dialect is held to: Spate's own, and those that you write.
///
/// ```swift
/// let report = DialectConformance(MyDialect(), examples: [...]).run()
/// #expect(report.failures.isEmpty, "\(report)")
/// ```
///
/// It needs no test framework and no network. The same seed damages and cuts bodies alike. A dialect that traps on a
/// damaged body ends the process: the damage is made in the order of its seeds, so a smaller ``damagedBodies`` finds it.
public struct DialectConformance: Sendable {
  /// Who is checked.
  public var dialect: any Dialect
  /// Bodies, and what they say: words, thoughts, calls, each finish reason, errors, a whole answer.
  public var examples: [ConformanceExample]
  /// Where the damage and the random cuts begin.
  public var seed: UInt64 = 1
  /// How many damaged bodies are made of each example.
  public var damagedBodies = 200
  /// Which checks are made.
  public var checks = Set(ConformanceCheck.allCases)

  /// Everything that is checked, for this dialect and these bodies.
  public init(_ dialect: any Dialect, examples: [ConformanceExample]) {
    self.dialect = dialect
    self.examples = examples
  }

  /// Makes all checks and says what was wrong.
  public func run() -> ConformanceReport {
    var report = ConformanceReport()
    for example in examples {
      let subject = Subject(example, dialect)
      for (check, make) in Self.exampleChecks where checks.contains(check) { make(subject, self, &report) }
    }
    for (check, make) in Self.dialectChecks where checks.contains(check) { make(self, &report) }
    return report
  }

  typealias ExampleCheck = @Sendable (Subject, DialectConformance, inout ConformanceReport) -> Void
  typealias DialectCheck = @Sendable (DialectConformance, inout ConformanceReport) -> Void

  private static let exampleChecks: [(ConformanceCheck, ExampleCheck)] = [
    (.expected, expected), (.splits, splits), (.snapshot, snapshot), (.cuts, cuts), (.breaks, breaks),
    (.oneFinish, oneFinish), (.lastWord, lastWord), (.wholeText, wholeText), (.nesting, nesting), (.damage, damage),
    (.limits, limits), (.native, native), (.serverSide, answersAgain),
  ]

  private static let dialectChecks: [(ConformanceCheck, DialectCheck)] = [
    (.emptyBody, emptyBody), (.statuses, statuses), (.serverSide, requestsAgain),
  ]
}

/// One example with what its dialect makes of it.
struct Subject {
  let example: ConformanceExample
  let specimen: Specimen
  /// The body at once.
  let whole: Specimen.Result
  let answer: PartialResponse

  init(_ example: ConformanceExample, _ dialect: any Dialect) {
    self.example = example
    specimen = Specimen(dialect: dialect, context: example.context, body: example.body)
    whole = specimen.result()
    var accumulator = Accumulator()
    for event in whole.events { accumulator.add(event) }
    answer = accumulator.partial
  }

  var name: String { example.name }

  /// Whether the body is over after this many bytes.
  func isOver(after count: Int) -> Bool { count >= example.completeAfter }
}
