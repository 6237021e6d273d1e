// SPDX-License-Identifier: Apache-2.0

/// The elements of an array that were read before, so that another reading costs what is new.
final class TreeList<Element> {
  /// Those that are whole, and behind them the open one where `hasOpen`.
  private var values: [Element] = []
  private var hasOpen = false
  /// So many elements of the tree are in `values`, or were left out because they do not fit.
  private var closedCount = 0

  /// All elements. They are added in place, unless somebody keeps those of the last reading: then they are copied.
  func read(_ node: Int32, from source: TreeSource) throws -> [Element] where Element: Decodable {
    if hasOpen { values.removeLast() }
    hasOpen = false
    let list = Int(source.tree.nodes[Int(node)].slot)
    let count = source.tree.lists[list].count
    while closedCount < count {
      let element = source.tree.lists[list][closedCount]
      let isClosed = source.tree.nodes[Int(element)].isClosed
      do {
        values.append(try source.decode(Element.self, element, keeps: false))
        hasOpen = !isClosed
      } catch  where source.isDraft {
        // Not there yet, or it does not fit, which the final value says.
      }
      guard isClosed else { break }
      closedCount += 1
    }
    return values
  }
}

/// `Array`, whatever its elements are.
protocol TreeArray {
  static func read(_ node: Int32, from source: TreeSource) throws -> Any
}

extension Array: TreeArray where Element: Decodable {
  static func read(_ node: Int32, from source: TreeSource) throws -> Any {
    let list = source.memo?.list(node, of: Element.self) ?? TreeList()
    return try list.read(node, from: source)
  }
}

/// What can be read of a scalar without a decoder.
protocol TreeScalar {
  init?(text: String)
  init?(number: JSONNumber)
  init?(bool: Bool)
}

extension TreeScalar {
  init?(text: String) { return nil }
  init?(number: JSONNumber) { return nil }
  init?(bool: Bool) { return nil }
}

extension String: TreeScalar {
  init?(text: String) { self = text }
}

extension Bool: TreeScalar {
  init?(bool: Bool) { self = bool }
}

extension Double: TreeScalar {
  init?(number: JSONNumber) {
    guard let value = number.double else { return nil }
    self = value
  }
}

extension Float: TreeScalar {
  init?(number: JSONNumber) {
    guard let value = number.double else { return nil }
    self.init(value)
    if !isFinite { return nil }
  }
}

extension TreeScalar where Self: FixedWidthInteger {
  init?(number: JSONNumber) {
    // Most fit an `Int`; what is larger fits a `UInt64` at most, digit by digit.
    if let value = number.int { self.init(exactly: value) } else { self.init(number.literal) }
  }
}

extension Int: TreeScalar {}
extension Int8: TreeScalar {}
extension Int16: TreeScalar {}
extension Int32: TreeScalar {}
extension Int64: TreeScalar {}
extension UInt: TreeScalar {}
extension UInt8: TreeScalar {}
extension UInt16: TreeScalar {}
extension UInt32: TreeScalar {}
extension UInt64: TreeScalar {}
