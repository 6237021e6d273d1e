// SPDX-License-Identifier: Apache-2.0

/// Members: mostly with names of ours, of which nothing has to be escaped.
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

  /// A member with a name that is not known beforehand.
  package mutating func member(named name: String, _ value: JSONValue) {
    key(named: name)
    self.value(value)
  }

  /// The members of `object`, if there is one.
  package mutating func members(of object: JSONObject?) {
    guard let object else { return }
    for (name, value) in object.members { member(named: name, value) }
  }

  /// The member with `null` where there is no value: for formats in which a key must not be absent.
  package mutating func nullable(_ name: StaticString, _ value: String?) {
    if let value { member(name, value) } else { null(name) }
  }

  /// The member with `null` where there is no value.
  package mutating func nullable(_ name: StaticString, _ value: Int?) {
    if let value { member(name, value) } else { null(name) }
  }

  package mutating func null(_ name: StaticString) {
    key(name)
    null()
  }
}
