// SPDX-License-Identifier: Apache-2.0

/// A value that its copies share until one of them changes.
///
/// For what is made once and handed on many times: however many fields it has, a copy of it is one reference count. Each
/// change copies the whole value, so it is not for what changes often.
@frozen package struct CopyOnWrite<Value: Sendable>: Sendable {
  @usableFromInline final class Box: Sendable {
    @usableFromInline let value: Value
    @inlinable init(_ value: Value) { self.value = value }
  }

  @usableFromInline var box: Box

  /// The value, in memory of its own.
  @inlinable package init(_ value: Value) { box = Box(value) }

  /// The value; setting it leaves other copies as they are.
  @inlinable package var value: Value {
    get { box.value }
    set { box = Box(newValue) }
  }

  /// Whether both are copies of the same, without a look at the values.
  @inlinable package func isCopy(of other: CopyOnWrite) -> Bool { box === other.box }
}
