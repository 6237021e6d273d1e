// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a client takes from its surroundings: variables, files, the date and chance. The process's own, or a test's.
public struct Environment: Sendable {
  /// Each call copies it: one reference, not four.
  private final class Ways: Sendable {
    let look: @Sendable (String) -> String?
    let read: @Sendable (String) -> [UInt8]?
    let clock: @Sendable () -> Int
    /// Nil for the system's.
    let draw: (@Sendable () -> UInt64)?

    init(
      _ look: @escaping @Sendable (String) -> String?, _ read: @escaping @Sendable (String) -> [UInt8]?,
      _ clock: @escaping @Sendable () -> Int, _ draw: (@Sendable () -> UInt64)?
    ) {
      self.look = look
      self.read = read
      self.clock = clock
      self.draw = draw
    }
  }

  private let ways: Ways

  /// Variables as `look` finds them, files as `files` reads them (nil: there is none), the seconds since 1970, and what
  /// is left to chance, as uniform random numbers. Without `date` and `random`, the system's.
  public init(
    _ look: @escaping @Sendable (String) -> String?,
    files: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }, date: (@Sendable () -> Int)? = nil,
    random: (@Sendable () -> UInt64)? = nil
  ) {
    ways = Ways(look, files, date ?? Self.systemDate, random)
  }

  /// The process's own.
  public static let process = Environment({ name in getenv(name).map { String(cString: $0) } }, files: systemFile)

  /// These variables and files only.
  public static func fixed(_ variables: [String: String], files: [String: [UInt8]] = [:]) -> Environment {
    Environment({ variables[$0] }, files: { files[$0] })
  }

  /// The value of a variable; nil when it is unset or blank.
  public subscript(name: String) -> String? {
    guard let value = ways.look(name), !value.allSatisfy(\.isWhitespace) else { return nil }
    return value
  }

  /// The bytes of a small file, such as one with credentials; nil when it can not be read.
  func file(_ path: String) -> [UInt8]? { ways.read(path) }

  /// Seconds since 1970.
  var date: Int { ways.clock() }

  /// Chance: the lengths of waits, and who is asked among equals.
  var random: Random { Random(draw: ways.draw) }

  /// Random numbers of an ``Environment``.
  struct Random: RandomNumberGenerator {
    fileprivate let draw: (@Sendable () -> UInt64)?

    func next() -> UInt64 { draw?() ?? UInt64.random(in: 0...UInt64.max) }
  }

  /// Two random numbers. The system's own, which nobody can guess, come with one question where each is a call of the
  /// system.
  var nonce: (UInt64, UInt64) {
    if let draw = ways.draw { return (draw(), draw()) }
    #if canImport(Glibc) || canImport(Musl)
      var numbers: (UInt64, UInt64) = (0, 0)
      let isDrawn = withUnsafeMutableBytes(of: &numbers) { getentropy($0.baseAddress, $0.count) } == 0
      if isDrawn { return numbers }
    #endif
    return (random.next(), random.next())
  }

  @Sendable private static func systemDate() -> Int { time(nil) }

  /// At most 1 MiB: no file with credentials is larger.
  @Sendable private static func systemFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    let limit = 1 << 20
    let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { $1 = fread($0.baseAddress, 1, limit + 1, file) }
    return bytes.count <= limit && ferror(file) == 0 ? bytes : nil
  }
}
