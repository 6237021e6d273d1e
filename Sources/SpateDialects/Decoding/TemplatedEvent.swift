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

/// How an event was read.
enum EventReading {
  /// By a template that is plain: nothing but its holes is known.
  case plain
  /// Every place is known.
  case whole
  /// Every place is known, and there is a new template.
  case learned
  /// The text is no object, and was not read.
  case noObject

  var isObject: Bool { if case .noObject = self { false } else { true } }
}

extension TemplatedEvent {
  /// Reads one event, by the template of the one before it if it is like that one.
  @inline(__always)
  mutating func read(_ json: inout JSONScanner, by template: inout JSONTemplate) -> EventReading {
    if template.matches(&json) {
      if template.isPlain { return .plain }
      move(by: template)
      return .whole
    }
    guard read(&json) else { return .noObject }
    guard template.wantsToLearn else { return .whole }
    var found: [JSONTemplate.Hole] = []
    holes(into: &found)
    template.learn(json, found)
    return .learned
  }
}

/// What a plain event does: it gives new words to a text that is known.
struct PlainDelta: Sendable {
  /// Which hole of the template holds the words.
  var hole = 0
  /// Which text, by the decoder's own numbers.
  var place = 0
  var part = 0
  var isThought = false
  /// Another hole that says something.
  var number: Int?
}

extension [StreamEvent] {
  /// Words or thoughts, unless there are none.
  @inline(__always)
  mutating func add(_ text: String, isThought: Bool, choice: Int32 = 0, block: Int32 = 0) {
    guard !text.isEmpty else { return }
    let delta = TextDelta(text, choice: choice, block: block)
    append(isThought ? .reasoning(delta) : .text(delta))
  }
}

extension [JSONTemplate.Hole] {
  /// A field that is there.
  mutating func add(_ kind: JSONTemplate.Kind, _ slice: JSONSlice?) {
    if let slice { append(JSONTemplate.Hole(kind, slice)) }
  }
}
