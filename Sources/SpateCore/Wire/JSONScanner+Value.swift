// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// A container that is being filled, and where its entries begin among all.
  private struct Partial {
    var isObject: Bool
    var first: Int
  }

  /// Reads the value at hand whole, without recursion; `null` after a failure.
  public mutating func value() -> JSONValue {
    switch peek() {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return container()
    default:
      let value = scalar()
      return failure == nil ? value : .null
    }
  }

  private mutating func container() -> JSONValue {
    // What is open, and the entries of all of it: each container takes its own off the end, as many as there are.
    var open: [Partial] = []
    var entries: [(key: String, value: JSONValue)] = []
    while true {
      var done: JSONValue
      switch kind() {
      case .object where beginObject():
        if let key = nextKey() {
          open.append(Partial(isObject: true, first: entries.count))
          entries.append((text(of: key), .null))
          continue
        }
        done = .object(JSONObject())
      case .array where beginArray():
        if nextElement() {
          open.append(Partial(isObject: false, first: entries.count))
          entries.append(("", .null))
          continue
        }
        done = .array([])
      default: done = scalar()
      }
      // Hand the value to its container, and close what ends here.
      while true {
        guard failure == nil else { return .null }
        guard let top = open.last else { return done }
        entries[entries.count - 1].value = done
        if top.isObject {
          if let key = nextKey() {
            entries.append((text(of: key), .null))
            break
          }
          done = .object(JSONObject(read: Array(entries[top.first...])))
        } else {
          if nextElement() {
            entries.append(("", .null))
            break
          }
          done = .array(entries[top.first...].map(\.value))
        }
        entries.removeSubrange(top.first...)
        open.removeLast()
      }
    }
  }

  /// Reads the value at `slice`, which was scanned before, by a scanner of its own.
  @inlinable public func read<Result>(_ slice: JSONSlice, _ body: (inout JSONScanner) -> Result) -> Result {
    precondition(slice.lies(within: count), "a slice of another text")
    var inner = unsafe JSONScanner(base: base + slice.start, count: slice.end - slice.start)
    return body(&inner)
  }

  /// The value at `slice`, which was scanned before; text in it that is no UTF-8 is repaired.
  public func value(of slice: JSONSlice) -> JSONValue {
    precondition(slice.lies(within: count), "a slice of another text")
    var inner = unsafe JSONScanner(base: base + slice.start, count: slice.end - slice.start)
    return inner.value()
  }

  /// The whole text as a value.
  public func wholeValue() -> JSONValue {
    var inner = unsafe JSONScanner(base: base, count: count)
    return inner.value()
  }

  private mutating func scalar() -> JSONValue {
    switch kind() {
    case .string: return string().map { .string(text(of: $0)) } ?? .null
    case .number: return number().map { .number(JSONNumber(literal: text(of: $0))) } ?? .null
    case .bool: return bool().map(JSONValue.bool) ?? .null
    default:
      skip()
      return .null
    }
  }
}
