// SPDX-License-Identifier: Apache-2.0

/// The elements of an array that were read before, whatever they are.
class TreeAnyList {
  /// All elements by now. `Value` is the array that the list was made for.
  func read<Value>(_ node: Int32, from source: TreeSource, as type: Value.Type) throws -> Value {
    throw source.mismatch(type, node)
  }

  /// Lets go of the element that is open: more of it comes.
  func dropOpen() {}
}

/// The elements of an array that were read before, so that another reading costs what is new.
///
/// `Elements` is `[Element]`. As a parameter its metadata and conformances are at hand; asked for at each reading, they were a
/// fifth of its cost.
final class TreeList<Element: Decodable, Elements: RangeReplaceableCollection>: TreeAnyList
where Elements.Element == Element, Elements.Index == Int {
  /// Those that are whole, and behind them the open one where `hasOpen`.
  private var values = Elements()
  private var count = 0
  private var hasOpen = false
  /// So many elements of the tree are in `values`, or were left out because they do not fit.
  private var closedCount = 0

  /// They are added in place, unless somebody keeps those of the last reading: then they are copied.
  override func read<Value>(_ node: Int32, from source: TreeSource, as type: Value.Type) throws -> Value {
    try readNew(node, from: source)
    // A cast that asks whether it may would cost more than the reading.
    assert(type == Elements.self)
    return unsafe unsafeBitCast(values, to: Value.self)
  }

  override func dropOpen() {
    guard hasOpen else { return }
    hasOpen = false
    count -= 1
    values.remove(at: count)
  }

  private func readNew(_ node: Int32, from source: TreeSource) throws {
    // First: what it holds is added to in place only when nobody else has it.
    dropOpen()
    while let element = source.text.tree.element(closedCount, of: node) {
      let isClosed = source.isClosed(element)
      do {
        values.append(try source.decode(Element.self, element, keeps: false))
        count += 1
        hasOpen = !isClosed
      } catch  where source.isDraft {
        // Not there yet, or it does not fit, which the final value says.
      }
      guard isClosed else { break }
      closedCount += 1
      source.memo?.forget(from: element)
    }
  }
}

/// `Array`, whatever its elements are.
protocol TreeArray {
  static func list() -> TreeAnyList
}

extension Array: TreeArray where Element: Decodable {
  static func list() -> TreeAnyList { TreeList<Element, [Element]>() }
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
