// SPDX-License-Identifier: Apache-2.0

/// Members with names of ours, of which nothing has to be escaped: most of what is written of a request.
extension JSONWriter {
  package mutating func member(_ name: StaticString, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  package mutating func member(_ name: StaticString, _ value: Int?) {
    guard let value else { return }
    key(name)
    integer(value)
  }

  /// Numbers that are not finite have no JSON: they are left out.
  package mutating func member(_ name: StaticString, _ value: Double?) {
    guard let value, let number = JSONNumber(value) else { return }
    key(name)
    self.value(.number(number))
  }

  package mutating func member(_ name: StaticString, _ value: Bool?) {
    guard let value else { return }
    key(name)
    bool(value)
  }

  package mutating func member(_ name: StaticString, _ value: JSONValue?) {
    guard let value else { return }
    key(name)
    self.value(value)
  }

  package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  package mutating func array(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    key(name)
    array(body)
  }
}
