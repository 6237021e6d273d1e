// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// The places of the needed fields in one chunk, or in one whole answer: nothing is decoded yet, and nothing changes
/// until the whole text is known to be valid. A field that repeats is assigned again, so the last one counts.
struct GeminiChunk: Sendable {
  var id: JSONSlice?
  var model: JSONSlice?
  var created: JSONSlice?
  var error: JSONSlice?
  var usage: JSONSlice?
  var feedback: JSONSlice?
  var hasCandidates = false
  /// It has more entries than any honest one: the places of further ones are not kept.
  private(set) var isOverfull = false
  var candidates: [Candidate] = []
  var parts: [Part] = []
  /// Fields that have no name here.
  var extras: [Extra] = []

  /// A list entry of three bytes costs hundreds here: without a bound, one event could fill the memory.
  static let entryLimit = 4096

  struct Candidate: Sendable {
    var index: JSONSlice?
    /// A word, or a number where enums are sent as such.
    var finish: JSONSlice?
    var parts = 0..<0
    var grounding: JSONSlice?
    var citations: JSONSlice?
    var logprobs: JSONSlice?
    var extras = 0..<0
  }

  struct Part: Sendable {
    var whole: JSONSlice
    var text: JSONSlice?
    var isThought = false
    var signature: JSONSlice?
    /// The first field that is none of these, mostly the only one: it says what the part is.
    var kind: JSONSlice?
    /// The value of that field.
    fileprivate var value: JSONSlice?
  }

  struct Extra: Sendable {
    var key: JSONSlice
    var value: JSONSlice
    var isOfCandidate: Bool
  }

  /// Reads one chunk, or a whole answer; false when the text is no object.
  mutating func read(_ json: inout JSONScanner) -> Bool {
    reset()
    guard json.beginObject() else { return false }
    while let key = json.nextKey() {
      if json.equals(key, "candidates") {
        readCandidates(&json)
      } else if json.equals(key, "usageMetadata") {
        usage = Self.unlessNull(&json)
      } else if json.equals(key, "modelVersion") {
        model = json.string()
      } else if json.equals(key, "responseId") {
        id = json.string()
      } else if json.equals(key, "createTime") {
        created = json.string()
      } else if json.equals(key, "promptFeedback") {
        feedback = Self.unlessNull(&json)
      } else if json.equals(key, "error") {
        error = Self.unlessNull(&json)
      } else {
        readExtra(&json, key, isOfCandidate: false)
      }
    }
    return true
  }

  private mutating func reset() {
    (id, model, created, error, usage, feedback) = (nil, nil, nil, nil, nil, nil)
    hasCandidates = false
    isOverfull = false
    candidates.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    extras.removeAll(keepingCapacity: true)
  }

  private mutating func readCandidates(_ json: inout JSONScanner) {
    candidates.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    guard json.beginArray() else { return json.skip() }
    hasCandidates = true
    while json.nextElement() {
      isOverfull = isOverfull || candidates.count == Self.entryLimit
      guard !isOverfull, json.beginObject() else {
        json.skip()
        continue
      }
      candidates.append(readCandidate(&json))
    }
  }

  private mutating func readCandidate(_ json: inout JSONScanner) -> Candidate {
    var candidate = Candidate()
    let start = extras.count
    while let key = json.nextKey() {
      if json.equals(key, "content") {
        readContent(&json, &candidate)
      } else if json.equals(key, "index") {
        candidate.index = json.number()
      } else if json.equals(key, "finishReason") {
        candidate.finish = json.kind() == .number ? json.number() : json.string()
      } else if json.equals(key, "groundingMetadata") {
        candidate.grounding = Self.unlessNull(&json)
      } else if json.equals(key, "citationMetadata") {
        candidate.citations = Self.unlessNull(&json)
      } else if json.equals(key, "logprobsResult") {
        candidate.logprobs = Self.unlessNull(&json)
      } else {
        readExtra(&json, key, isOfCandidate: true)
      }
    }
    candidate.extras = start..<extras.count
    return candidate
  }

  private mutating func readContent(_ json: inout JSONScanner, _ candidate: inout Candidate) {
    let start = parts.count
    candidate.parts = start..<start
    guard json.beginObject() else { return json.skip() }
    while let key = json.nextKey() {
      guard json.equals(key, "parts"), json.beginArray() else {
        json.skip()
        continue
      }
      while json.nextElement() {
        isOverfull = isOverfull || parts.count == Self.entryLimit
        if !isOverfull, json.kind() == .object { parts.append(Self.readPart(&json)) } else { json.skip() }
      }
      candidate.parts = start..<parts.count
    }
  }

  private static func readPart(_ json: inout JSONScanner) -> Part {
    let mark = json.mark()
    var part = Part(whole: json.slice(from: mark))
    guard json.beginObject() else { return part }
    while let key = json.nextKey() {
      if json.equals(key, "text"), json.kind() == .string {
        part.text = json.string()
      } else if json.equals(key, "thought"), json.kind() == .bool {
        part.isThought = json.bool() ?? false
      } else if json.equals(key, "thoughtSignature"), json.kind() == .string {
        part.signature = json.string()
      } else {
        guard !json.isNull() else { continue }
        let value = json.slice()
        if part.kind == nil { (part.kind, part.value) = (key, value) }
      }
    }
    part.whole = json.slice(from: mark)
    return part
  }

  private mutating func readExtra(_ json: inout JSONScanner, _ key: JSONSlice, isOfCandidate: Bool) {
    guard extras.count < Self.entryLimit else { return json.skip() }
    guard let value = Self.unlessNull(&json) else { return }
    extras.append(Extra(key: key, value: value, isOfCandidate: isOfCandidate))
  }

  private static func unlessNull(_ json: inout JSONScanner) -> JSONSlice? { json.isNull() ? nil : json.slice() }
}

/// What differs from event to event, and where everything is.
extension GeminiChunk: TemplatedEvent {
  func holes(into holes: inout [JSONTemplate.Hole]) {
    for part in parts {
      holes.add(.string, part.text)
      holes.add(.string, part.signature)
      holes.add(.value, part.value)
    }
    for candidate in candidates {
      holes.add(.value, candidate.grounding)
      holes.add(.value, candidate.citations)
      holes.add(.value, candidate.logprobs)
    }
    holes.add(.numbers, usage)
  }

  mutating func move(by template: borrowing JSONTemplate) {
    template.move(&id)
    template.move(&model)
    template.move(&created)
    template.move(&error)
    template.move(&usage)
    template.move(&feedback)
    for index in candidates.indices { candidates[index].move(by: template) }
    for index in parts.indices { parts[index].move(by: template) }
    for index in extras.indices {
      template.move(&extras[index].key)
      template.move(&extras[index].value)
    }
  }
}

extension GeminiChunk.Candidate {
  fileprivate mutating func move(by template: borrowing JSONTemplate) {
    template.move(&index)
    template.move(&finish)
    template.move(&grounding)
    template.move(&citations)
    template.move(&logprobs)
  }
}

extension GeminiChunk.Part {
  fileprivate mutating func move(by template: borrowing JSONTemplate) {
    template.move(&whole)
    template.move(&text)
    template.move(&signature)
    template.move(&kind)
    template.move(&value)
  }
}
