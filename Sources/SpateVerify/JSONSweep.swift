// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) import SpateCore

extension Sweep {
  /// P1: JSONTestSuite. Validation and the reading of values must agree; which `i_` files are accepted is fixed here by
  /// number and in the tests by name.
  static let json = Sweep(name: "json", corpus: "conformance/json") { shared, report in
    var counts: [String: (files: Int, accepted: Int)] = [:]
    for name in try shared.names(in: "conformance/json") where name.hasSuffix(".json") {
      let bytes = try shared.bytes("conformance/json/\(name)")
      let kind = String(name.prefix(2))
      let accepts = Self.accepts(bytes) { try JSONScanner.validate($0) }
      if accepts != Self.accepts(bytes, { _ = try JSONValue(parsing: $0) }) { report.fail("\(name): two answers") }
      if kind == "y_" && !accepts || kind == "n_" && accepts { report.fail(name) }
      counts[kind, default: (0, 0)].files += 1
      counts[kind, default: (0, 0)].accepted += accepts ? 1 : 0
    }
    let (y, n, i) = (counts["y_"] ?? (0, 0), counts["n_"] ?? (0, 0), counts["i_"] ?? (0, 0))
    if y.files != 95 || n.files != 188 || i.files != 35 { report.fail("the suite is not whole") }
    if i.accepted != 20 { report.fail("\(i.accepted) of the i_ files accepted, not 20") }
    report.figures =
      "y_ \(y.accepted) of \(y.files) accepted, n_ \(n.files - n.accepted) of \(n.files) refused, "
      + "i_ \(i.accepted) of \(i.files) accepted"
  }

  private static func accepts(_ bytes: [UInt8], _ read: (Span<UInt8>) throws -> Void) -> Bool {
    do { try read(bytes.span) } catch { return false }
    return true
  }
}
