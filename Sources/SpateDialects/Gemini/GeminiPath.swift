// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// Where in the arguments a piece of them belongs: `$.recipe.steps[0]` (RFC 9535, normalized or with dots).
struct GeminiPath: Sendable, Hashable {
  /// One level down.
  enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  private(set) var steps: [Step] = []

  /// Nil for what is no path to one place, or one that is deeper than JSON may be.
  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    guard rest.popFirst() == "$" else { return nil }
    while let mark = rest.popFirst() {
      guard steps.count < JSONScanner.depthLimit - 1 else { return nil }
      switch mark {
      case ".":
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { return nil }
        rest = rest.dropFirst(name.count)
        steps.append(.key(Self.text(name)))
      case "[":
        guard let step = Self.bracket(&rest), rest.popFirst() == "]" else { return nil }
        steps.append(step)
      default: return nil
      }
    }
    // The arguments are an object, and a piece is something in it.
    guard case .key? = steps.first else { return nil }
  }

  private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private static func bracket(_ rest: inout ArraySlice<Unicode.Scalar>) -> Step? {
    guard let quote = rest.first, quote == "'" || quote == "\"" else {
      let digits = rest.prefix { $0 >= "0" && $0 <= "9" }
      rest = rest.dropFirst(digits.count)
      return digits.count < 10 ? Int(text(digits)).map(Step.index) : nil
    }
    rest.removeFirst()
    // A JSON string with other quotes: it is read as one.
    var body = ""
    while let scalar = rest.popFirst(), scalar != quote {
      switch scalar {
      case "\\":
        guard let escaped = rest.popFirst() else { return nil }
        body += escaped == "'" ? "'" : "\\\(escaped)"
      case "\"": body += "\\\""
      default: body.unicodeScalars.append(scalar)
      }
    }
    do throws(WireError) { return try JSONValue(parsing: "\"\(body)\"").string.map(Step.key) } catch { return nil }
  }
}

extension GeminiPath.Step {
  /// The bracket that closes what it is in.
  var closing: String { if case .key = self { "}" } else { "]" } }
}
