// SPDX-License-Identifier: Apache-2.0

/// What ``ResponseStream/buffered(by:)`` waits for.
@nonexhaustive public enum TextUnit: Sendable, Hashable {
  /// A sentence with the white space after it: it ends at `.`, `!`, `?` or `…` before white space, at `。`, `！` or `？`,
  /// or at a line's end. A simple rule: an abbreviation before a space ends one too.
  case sentence
  /// A line with its end.
  case line
}

/// Cuts text into units as it comes; what it gives, joined, is what it got. Each scalar is looked at once.
struct TextSplitter {
  private enum State {
    case inside
    /// After a full stop: white space makes it the end.
    case stopped
    /// After a wide full stop, which is the end without white space.
    case wideStopped
    /// In the white space after the end.
    case ended
  }

  private let unit: TextUnit
  private var state = State.inside
  private var current = String.UnicodeScalarView()
  private var whole: [String] = []
  private var given = 0

  init(_ unit: TextUnit) { self.unit = unit }

  mutating func add(_ text: String) {
    for scalar in text.unicodeScalars {
      switch state {
      case .ended where !scalar.properties.isWhitespace: cut()
      case .stopped where scalar.properties.isWhitespace, .wideStopped where scalar.properties.isWhitespace:
        state = .ended
      case .wideStopped where !Self.wideStops.contains(scalar) && !Self.closing.contains(scalar): cut()
      // `?!`, `."`, `.)`: closing marks and further stops belong to the sentence.
      case .stopped where !Self.closing.contains(scalar) && !Self.stops.contains(scalar): state = .inside
      default: break
      }
      current.append(scalar)
      guard state == .inside || state == .stopped else { continue }
      if scalar == "\n" {
        state = .ended
      } else if unit == .sentence, Self.wideStops.contains(scalar) {
        state = .wideStopped
      } else if unit == .sentence, Self.stops.contains(scalar) {
        state = .stopped
      }
      // A line ends with its end; of a sentence the space behind it is part.
      if unit == .line, state == .ended { cut() }
    }
  }

  /// The next whole unit.
  mutating func next() -> String? {
    guard given < whole.count else {
      whole.removeAll(keepingCapacity: true)
      given = 0
      return nil
    }
    defer { given += 1 }
    return whole[given]
  }

  /// What is left.
  mutating func finish() -> String? {
    cut()
    return next()
  }

  private mutating func cut() {
    state = .inside
    guard !current.isEmpty else { return }
    whole.append(String(current))
    current = String.UnicodeScalarView()
  }

  private static let stops: Set<Unicode.Scalar> = [".", "!", "?", "…"]
  private static let wideStops: Set<Unicode.Scalar> = ["。", "！", "？"]
  private static let closing: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "”", "’", "»", "*", "_", "」", "』", "）"]
}
