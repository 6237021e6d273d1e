// SPDX-License-Identifier: Apache-2.0

/// A large value behind a reference: one that is handed on more often than it is read, and mostly absent.
///
/// A class, not an indirect enum: with one of those in a ``Finish``, the compiler (6.3.1) crashes in every consuming
/// function of a type that holds a finish, such as a dialect's decoder.
final class Box<Value: Sendable & Hashable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}

extension Box: Hashable {
  static func == (a: Box, b: Box) -> Bool { a === b || a.value == b.value }

  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// Printed, it is its value.
extension Box: CustomStringConvertible, CustomReflectable {
  var description: String { "\(value)" }
  var customMirror: Mirror { Mirror(reflecting: value) }
}
