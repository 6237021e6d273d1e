// SPDX-License-Identifier: Apache-2.0

/// A large value behind a reference: one that is handed on more often than it is read, and mostly absent.
///
/// The event that brought a usage would be such a box too; but then ``Finish`` holds an event that may hold a finish, and the
/// compiler (6.3.1) crashes in every consuming function of a type that has one: it looks into all that is inside.
indirect enum Box<Value: Sendable & Hashable>: Sendable, Hashable {
  case value(Value)

  var value: Value { switch self { case .value(let value): value } }
}
