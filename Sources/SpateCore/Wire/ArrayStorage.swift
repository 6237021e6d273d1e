// SPDX-License-Identifier: Apache-2.0

extension Array {
  /// Empties it and keeps its storage. `removeAll(keepingCapacity:)` takes 170 instructions even for one element, and for
  /// none: lists that are filled and emptied at each read of a socket hold few, and are emptied one by one. Storage that
  /// somebody else holds too stays theirs.
  @_spi(Internals) @inlinable @inline(__always) public mutating func empty() {
    if count > 4 { removeAll(keepingCapacity: true) } else { while popLast() != nil {} }
  }
}
