// SPDX-License-Identifier: Apache-2.0

/// A large value behind a reference: one that is handed on more often than it is read, and mostly absent.
indirect enum Box<Value: Sendable & Hashable>: Sendable, Hashable {
  case value(Value)

  var value: Value { switch self { case .value(let value): value } }
}
