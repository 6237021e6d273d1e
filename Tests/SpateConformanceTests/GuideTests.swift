// SPDX-License-Identifier: Apache-2.0

import Foundation
import SpateConformance
import SpateCore
import SpateDialects
import Testing

// The code of docs/adding-a-dialect.md, compiled.

private typealias MyDialect = PipeDialect

@Test func myDialectConforms() {
  let report = DialectConformance(
    MyDialect(),
    examples: [
      ConformanceExample(
        "words", body: "say \"Hel\"\nsay \"lo\"\nend stop\n", answer: .init(text: "Hello", finish: .stop),
        completeAfter: "end stop\n"),
      ConformanceExample("an error", body: "{\"message\":\"no\"}", context: .init(status: 429), failure: .rateLimit),
    ]
  ).run()
  #expect(report.failures.isEmpty, "\(report)")
  #expect(report.unchecked.isEmpty, "no example for these")
}

@Suite struct GuideTests {
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }

  private func page() throws -> String {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    return try String(contentsOf: here.appending(path: "../../docs/adding-a-dialect.md").standardized, encoding: .utf8)
  }

  @Test func thePageShowsThisCode() throws {
    let code = lines(try String(contentsOf: URL(filePath: #filePath), encoding: .utf8))
    let blocks = try page().components(separatedBy: "```swift\n").dropFirst()
    #expect(blocks.count == 1)
    for block in blocks {
      let piece = lines(block.components(separatedBy: "```")[0])
      let isThere = code.indices.contains { code[$0...].starts(with: piece) }
      #expect(isThere, "not in this file: \(piece.first ?? "")")
    }
  }

  @Test func thePageNamesEveryCheck() throws {
    let page = try page()
    for check in ConformanceCheck.allCases { #expect(page.contains("\n| `\(check.rawValue)` |"), "\(check)") }
  }
}
