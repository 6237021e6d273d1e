// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The places of the fields in one event, which can be those of the next one too.
///
/// The events of a stream are mostly alike: then nothing is scanned but what differs, and the places are moved
/// (``JSONTemplate``). What an event says is decided from its places alone, so both ways tell the same.
protocol TemplatedEvent: Sendable {
  /// Reads one event; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool

  /// The fields that differ from event to event. Whatever else ``read(_:)`` notes may depend on their kind, and on
  /// whether there are ``JSONTemplate/Kind/words``, but not on what they hold.
  func holes(into holes: inout [JSONTemplate.Hole])

  /// Moves every place to where it is in the event that matched.
  mutating func move(by template: borrowing JSONTemplate)
}

extension TemplatedEvent {
  /// Reads one event, by the template of the one before it if it is like that one.
  @inline(__always)
  mutating func read(_ json: inout JSONScanner, by template: inout JSONTemplate) -> Bool {
    if template.matches(&json) {
      move(by: template)
      return true
    }
    let isObject = read(&json)
    if template.wantsToLearn {
      var found: [JSONTemplate.Hole] = []
      if isObject { holes(into: &found) }
      template.learn(json, found)
    }
    return isObject
  }
}

extension [JSONTemplate.Hole] {
  /// A field that is there.
  mutating func add(_ kind: JSONTemplate.Kind, _ slice: JSONSlice?) {
    if let slice { append(JSONTemplate.Hole(kind, slice)) }
  }
}
