// SPDX-License-Identifier: Apache-2.0

extension JSONScanner {
  /// A container that is being filled.
  private struct Partial {
    var isObject: Bool
    var elements: [JSONValue] = []
    var members = JSONObject()
    var key = ""

    mutating func add(_ value: JSONValue) {
      if isObject { members[key] = value } else { elements.append(value) }
    }

    var value: JSONValue { isObject ? .object(members) : .array(elements) }
  }

  /// Reads the value at hand whole, without recursion; `null` after a failure.
  package mutating func value() -> JSONValue {
    var open: [Partial] = []
    while true {
      var done: JSONValue
      switch kind() {
      case .object where beginObject():
        open.append(Partial(isObject: true))
        if let key = nextKey() {
          open[open.count - 1].key = text(of: key)
          continue
        }
        done = .object(JSONObject())
        open.removeLast()
      case .array where beginArray():
        open.append(Partial(isObject: false))
        if nextElement() { continue }
        done = .array([])
        open.removeLast()
      default: done = scalar()
      }
      // Hand the value to its container, and close what ends here.
      while true {
        guard failure == nil else { return .null }
        guard !open.isEmpty else { return done }
        let top = open.count - 1
        open[top].add(done)
        if open[top].isObject {
          if let key = nextKey() {
            open[top].key = text(of: key)
            break
          }
        } else if nextElement() {
          break
        }
        done = open.removeLast().value
      }
    }
  }

  /// The value at `slice`, which was scanned before; text in it that is no UTF-8 is repaired.
  package func value(of slice: JSONSlice) -> JSONValue {
    precondition(slice.end <= count, "a slice of another text")
    var inner = unsafe JSONScanner(base: base + slice.start, count: slice.end - slice.start)
    return inner.value()
  }

  /// The whole text as a value.
  package func wholeValue() -> JSONValue {
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
