// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Where keys come from: the process's environment, or values of a test's own.
public struct Environment: Sendable {
  private let look: @Sendable (String) -> String?

  /// Variables as `look` finds them.
  public init(_ look: @escaping @Sendable (String) -> String?) { self.look = look }

  /// The process's own.
  public static let process = Environment { name in getenv(name).map { String(cString: $0) } }

  /// These variables only.
  public static func fixed(_ variables: [String: String]) -> Environment { Environment { variables[$0] } }

  /// The value of a variable; nil when it is unset or blank.
  public subscript(name: String) -> String? {
    guard let value = look(name), !value.allSatisfy(\.isWhitespace) else { return nil }
    return value
  }
}
