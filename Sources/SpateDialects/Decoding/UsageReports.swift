// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The reports of one answer's tokens, as they come together over its stream, in any provider's shape.
///
/// Reports are cumulative (rule U1): of each field the last value counts, and none is ever added to another. Only a zero
/// does not take the place of a count: some upstreams fill in what a report does not say.
struct UsageReports: Sendable {
  /// All that was reported, by the provider's names.
  private(set) var native = JSONObject()
  private var hasIgnored = false
  private var hasWarned = false

  /// A report does not make this larger without end.
  private static let fieldLimit = 64
  /// An old sum says nothing about new counts.
  private static let sums = ["total_tokens", "totalTokens", "totalTokenCount"]

  /// Takes over a report, and gives the counts so far, as `read` understands them, when it says something.
  mutating func take(
    _ report: JSONValue, into events: inout [StreamEvent], read: (inout UsageReports) -> Usage?
  ) {
    guard let fields = report.object, !fields.isEmpty else { return }
    for name in Self.sums where fields[name] == nil && native[name] != nil { native[name] = nil }
    Self.merge(fields, into: &native)
    var usage = read(&self)
    usage?.native = .object(native)
    if hasIgnored, !hasWarned {
      hasWarned = true
      events.append(.warning(StreamWarning(.ignoredValue, "a count of the usage is no possible number of tokens")))
    }
    if let usage, usage.input != nil || usage.output != nil { events.append(.usage(usage)) }
  }

  /// `depth`: details are objects inside the report.
  private static func merge(_ fields: JSONObject, into native: inout JSONObject, depth: Int = 0) {
    for (key, value) in fields.members where !value.isNull {
      guard let old = native[key] else {
        if native.members.count < fieldLimit { native[key] = value }
        continue
      }
      if case .object(var all) = old, case .object(let details) = value, depth < 2 {
        merge(details, into: &all, depth: depth + 1)
        native[key] = .object(all)
      } else if !(value.int == 0 && (old.int ?? 0) > 0) {
        native[key] = value
      }
    }
  }

  /// The field of the report with this name.
  subscript(name: String) -> JSONValue? { native[name] }

  /// The first of them that is a count, bounded so that sums of them never overflow.
  mutating func count(_ values: JSONValue?...) -> Int? {
    for case .number(let number)? in values {
      if let count = number.int, (0...(1 << 48)).contains(count) { return count }
      hasIgnored = true
    }
    return nil
  }

  /// The count of the field with this name.
  mutating func count(_ name: String) -> Int? { count(native[name]) }
}
