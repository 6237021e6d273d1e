// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects
import Testing

/// Spate's own dialects pass the list that others are given.
@Suite struct BuiltInDialectTests {
  @Test(arguments: Dialects.builtIn.ids) func everyDialectPassesTheList(_ id: DialectID) throws {
    let dialect = try #require(Dialects.builtIn[id])
    let examples = try #require(BuiltInExamples.all[id], "no examples for \(id)")
    var list = DialectConformance(dialect, examples: examples)
    list.damagedBodies = 40
    let report = list.run()
    #expect(report.failures.isEmpty, "\(id)\n\(report)")
    #expect(report.unchecked.isEmpty)
  }
}
