// SPDX-License-Identifier: Apache-2.0

extension Usage {
  /// The counts of several answers together: each is the sum of the answers that report it, nil when none does.
  /// ``native`` is nil for more than one: each answer has its own.
  package static func sum(_ all: [Usage]) -> Usage? {
    guard let first = all.first, all.count > 1 else { return all.first }
    return all.dropFirst().reduce(first) { $0.adding($1) }
  }

  private func adding(_ other: Usage) -> Usage {
    Usage(
      input: Self.add(input, other.input), output: Self.add(output, other.output),
      cachedInput: Self.add(cachedInput, other.cachedInput), cacheWrite: Self.add(cacheWrite, other.cacheWrite),
      reasoning: Self.add(reasoning, other.reasoning), buckets: buckets.adding(other.buckets),
      reportedCost: reportedCost.flatMap { cost in other.reportedCost.map { cost + $0 } },
      estimatedOutput: Self.add(estimatedOutput, other.estimatedOutput)
    ).billing(billed.map { $0.adding(other.billed ?? Buckets()) } ?? other.billed)
  }

  private func billing(_ billed: Buckets?) -> Usage {
    var usage = self
    usage.billed = billed
    return usage
  }

  /// Clamped: providers may report any number.
  fileprivate static func add(_ a: Int?, _ b: Int?) -> Int? {
    guard let a, let b else { return a ?? b }
    let (sum, isOver) = a.addingReportingOverflow(b)
    return isOver ? (a < 0 ? .min : .max) : sum
  }
}

extension Usage.Buckets {
  fileprivate func adding(_ other: Usage.Buckets) -> Usage.Buckets {
    var sum = Usage.Buckets()
    for path in Self.all { sum[keyPath: path] = Usage.add(self[keyPath: path], other[keyPath: path]) }
    return sum
  }

  private static var all: [WritableKeyPath<Usage.Buckets, Int?>] {
    [
      \.uncachedInput, \.cacheRead, \.cacheWrite, \.longCacheWrite, \.textOutput, \.reasoningOutput, \.audioInput,
      \.audioOutput,
    ]
  }
}

extension Cost {
  /// What several answers cost together: without a total where that of one is not known. Nil when nothing is.
  package static func sum(_ all: [Cost?]) -> Cost? {
    let known = all.compactMap(\.self)
    guard let first = known.first else { return nil }
    guard all.count > 1 else { return first }
    var sum = Cost(
      total: .zero, source: known.first { $0.source != .provider }?.source ?? first.source,
      isEstimate: known.contains { $0.isEstimate })
    for cost in all {
      sum.total = sum.total.flatMap { total in cost?.total.map { total + $0 } }
      if let cost { sum.parts = sum.parts.adding(cost.parts) }
    }
    return sum
  }
}

extension Cost.Parts {
  fileprivate func adding(_ other: Cost.Parts) -> Cost.Parts {
    var sum = Cost.Parts()
    for path in Self.all {
      if let a = self[keyPath: path] {
        sum[keyPath: path] = a + (other[keyPath: path] ?? .zero)
      } else {
        sum[keyPath: path] = other[keyPath: path]
      }
    }
    return sum
  }

  private static var all: [WritableKeyPath<Cost.Parts, Dollars?>] {
    [
      \.uncachedInput, \.cacheRead, \.cacheWrite, \.longCacheWrite, \.textOutput, \.reasoningOutput, \.audioInput,
      \.audioOutput,
    ]
  }
}
