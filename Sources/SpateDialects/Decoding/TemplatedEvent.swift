// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the fields in one event, which can be those of the next one too.
///
/// The events of a stream are of few kinds: then nothing is scanned but what differs, and the places are moved
/// (``JSONTemplate``, ``Templates``). What an event says is decided from its places alone, so both ways tell the same.
protocol TemplatedEvent: Sendable {
  /// No places.
  init()

  /// Reads one event; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool

  /// The fields that differ from event to event. Whatever else ``read(_:)`` notes may depend on their kind, and on
  /// whether there are ``JSONTemplate/Kind/words``, but not on what they hold.
  func holes(into holes: inout [JSONTemplate.Hole])

  /// Whether no event like this one is to be expected: it is not worth a template.
  var isLast: Bool { get }

  /// Whether that is so when it is the first of its stream.
  var isOpening: Bool { get }

  /// Moves every place to where it is in the event that matched.
  mutating func move(by template: borrowing JSONTemplate)
}

/// How an event was read.
enum EventReading {
  /// By a template that is plain: nothing but its holes is known.
  case plain
  /// Every place is known.
  case whole
  /// Every place is known, and there is a new template, or one that is used again.
  case learned
  /// The text is no object, and was not read.
  case noObject

  var isObject: Bool { if case .noObject = self { false } else { true } }
}

extension TemplatedEvent {
  var isLast: Bool { false }
  var isOpening: Bool { false }

  /// Reads one event, by the template of the one before it if it is like that one, or else of an earlier one.
  @inline(__always)
  mutating func read(_ json: inout JSONScanner, by templates: inout Templates<Self>) -> EventReading {
    guard templates.current.matches(&json) else { return readOther(&json, by: &templates) }
    templates.countHit()
    if templates.current.isPlain { return .plain }
    move(by: templates.current)
    templates.current.settle()
    return templates.current.hasNumbers ? learn(json, by: &templates, numbers: true) : .whole
  }

  @inline(never)
  private mutating func readOther(_ json: inout JSONScanner, by templates: inout Templates<Self>) -> EventReading {
    if templates.change(&json, &self) {
      move(by: templates.current)
      templates.current.settle()
      return templates.current.hasNumbers ? learn(json, by: &templates, numbers: true) : .learned
    }
    guard read(&json) else { return .noObject }
    guard templates.wantsToLearn, !isLast, !(templates.isFirst && isOpening) else { return .whole }
    return learn(json, by: &templates, numbers: false)
  }

  @inline(never)
  private func learn(
    _ json: borrowing JSONScanner, by templates: inout Templates<Self>, numbers: Bool
  ) -> EventReading {
    var found: [JSONTemplate.Hole] = []
    found.reserveCapacity(4)
    holes(into: &found)
    templates.current.learn(json, found, numbers: numbers)
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
