// SPDX-License-Identifier: Apache-2.0

/// What a dialect is held to. `docs/adding-a-dialect.md` says what each one means for who writes it.
@nonexhaustive public enum ConformanceCheck: String, Sendable, Hashable, CaseIterable {
  /// The example gives what it says: words, thoughts, calls, finish, counts, or the error's class.
  case expected
  /// However the body is cut into reads, the events are the same (B1, S8).
  case splits
  /// The copy of a decoder is a snapshot: what is fed to one does not show in the other.
  case snapshot
  /// A body that ends before its answer does is cut, and one that ends after it is not (C1, C2).
  case cuts
  /// A connection that breaks before the answer is over gives the reason, after it the answer (C2).
  case breaks
  /// An answer ends with one finish event, which is the last; an error with none (C13).
  case oneFinish
  /// Once the last word was read, nothing after it is looked at (S13).
  case lastWord
  /// Text is whole: no piece of it is empty, and nothing becomes U+FFFD that was well-formed (B1, T10).
  case wholeText
  /// Events nest: a start before everything, a call's beginning before its arguments, which add up to the call's; ids
  /// differ (T1, D22).
  case nesting
  /// An empty body, or one of white space, is no answer (S12).
  case emptyBody
  /// An error status is an error of its class, whatever the body is.
  case statuses
  /// Damaged bodies neither trap nor depend on their cuts, and what comes of them is no larger than they are (S15).
  case damage
  /// The limits of `ResponseContext` hold: at the limit nothing changes, above it the error is `limit` (B6).
  case limits
  /// With `includesNative` the provider's own events come too, and the others do not change.
  case native
  /// The server's side, if there is one: events to bytes to events keep the answer, a request is read as it was
  /// written (N4).
  case serverSide
}

/// A check that a dialect did not pass.
public struct ConformanceFailure: Sendable, Hashable, CustomStringConvertible {
  /// Which one.
  public var check: ConformanceCheck
  /// The example that showed it.
  public var example: String
  /// What was wrong, and where.
  public var message: String

  /// One line.
  public var description: String { "\(check.rawValue), \(example): \(message)" }
}

/// What a run found.
public struct ConformanceReport: Sendable, CustomStringConvertible {
  /// Everything that was wrong; empty for a dialect that passes. Of one kind the first ones only.
  public internal(set) var failures: [ConformanceFailure] = []
  /// How often each check was made: a cut, a copy, a damaged body count as one each.
  public internal(set) var runs: [ConformanceCheck: Int] = [:]

  /// The checks that no example gave an occasion for: calls for the limits of calls, a last word for what follows it.
  public var unchecked: [ConformanceCheck] { ConformanceCheck.allCases.filter { runs[$0, default: 0] == 0 } }

  /// A line a check with its runs and failures, then the failures.
  public var description: String {
    let counts = ConformanceCheck.allCases.map { check in
      let wrong = failures.count { $0.check == check }
      return "\(check.rawValue): \(runs[check, default: 0]) runs" + (wrong == 0 ? "" : ", \(wrong) failed")
    }
    return (counts + failures.map(\.description)).joined(separator: "\n")
  }

  /// The most failures that are kept of a check and an example: a dialect that fails one cut fails many.
  static let failureLimit = 5

  mutating func ran(_ check: ConformanceCheck, _ count: Int = 1) { runs[check, default: 0] += count }

  mutating func fail(_ check: ConformanceCheck, _ example: String, _ message: String) {
    guard failures.count(where: { $0.check == check && $0.example == example }) < Self.failureLimit else { return }
    failures.append(ConformanceFailure(check: check, example: example, message: message))
  }
}
