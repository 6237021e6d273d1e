// SPDX-License-Identifier: Apache-2.0

/// A JSON text that is still coming: what of it has come, and what of that is closed.
///
/// ```swift
/// var json = PartialJSON()
/// for piece in [#"{"city": "Par"#, #"is", "days": 1"#] { json.feed(piece) }
/// json.text(at: "city")                                    // "Paris"
/// json.isClosed(at: "days")                                // false: it may become 12
/// ```
///
/// Each byte is looked at once, wherever the text is cut (rule T9). Strings grow by whole Unicode scalars: unfinished
/// escapes, halves of surrogate pairs and cut UTF-8 are held back, and become U+FFFD only where nothing can complete them
/// (rule T10). Numbers keep their text (rule T11), and are there once they are closed. Text after a mistake is ignored:
/// ``failure`` names it, and what had come before it stays. Of a key that repeats the last value counts.
///
/// A copy is a snapshot. While one is kept, the next piece copies the tree; so does a text that was read and kept, for its
/// own length.
public struct PartialJSON: Sendable {
  /// What a value is.
  public enum Kind: UInt8, Sendable, Hashable {
    case object, array, string, number, bool, null
  }

  /// What may come next.
  enum State: UInt8, Sendable {
    case prose, value, elementOrEnd, keyOrEnd, key, colon, afterValue, string, keyString, number, literal, done, failed
  }

  var tree = PartialTree()
  /// The containers that are open, the innermost last.
  var open: [Int32] = []
  var state = State.value
  /// The value that is being read.
  var current: Int32 = -1
  /// The text that is being read: of a string, a number or a key.
  var textSlot = 0
  /// The key that was read last, in `texts`.
  var key: Int32 = -1
  var scalars = PendingScalars()
  var number = NumberState.start
  /// The literal that is being read, and how much of it was there.
  var literal = (word: StaticString("null"), count: 0)
  /// So many bytes were read before.
  var offset = 0
  /// Goes up with all that can be seen.
  package internal(set) var revision = 0
  /// What is wrong with the text; nil as long as it may become whole.
  public internal(set) var failure: WireError?

  /// Whether the value may stand among words: only an object does then.
  let isInProse: Bool
  /// There are words before the value.
  private var hasProse = false
  /// Goes up when what was taken for the value was none: all that was known of it is void.
  private(set) var restarts = 0

  /// Nothing yet. `inProse`: the text is an object that may have words and a code fence before it, and anything behind it,
  /// as models write that are asked for JSON in the prompt. A brace among the words that begins no object is passed over.
  public init(inProse: Bool = false) {
    isInProse = inProse
    if inProse { state = .prose }
  }

  /// Whether the whole value is there, and nothing is wrong.
  public var isComplete: Bool { state == .done && failure == nil }

  /// Whether more of a string comes next, and what there is of it is shared by who reads it.
  var isInLongString: Bool {
    // Mutating, so that it looks in place where a class has the text.
    mutating get { state == .string && tree.texts[textSlot].utf8.count > 15 }
  }

  /// Takes the next piece of the text, cut anywhere.
  public mutating func feed(_ text: String) {
    var text = text
    text.withUTF8 { bytes in unsafe feed(Span(_unsafeElements: bytes)) }
  }

  /// Takes the next piece of the text, cut anywhere, also inside a character.
  public mutating func feed(_ bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count, state != .failed {
      switch state {
      case .prose: index = findObject(bytes, from: index)
      case .done where isInProse: return offset += bytes.count
      case .string, .keyString: index = readString(bytes, from: index)
      case .number: index = readNumber(bytes, from: index)
      default:
        readStructure(bytes[index], at: index)
        // What ended a try may begin the value.
        if state != .prose { index += 1 }
      }
    }
    offset += bytes.count
  }

  /// The text is over: a number at its end is closed, what was held back of a string becomes U+FFFD, and a value that is
  /// not whole is a ``failure``.
  public mutating func finish() {
    switch state {
    case .done, .failed: return
    case .number where open.isEmpty && number.isWhole: close()
    case .string:
      tree.texts[textSlot] += scalars.flush()
      revision += 1
      fallthrough
    default:
      failure = .malformed(.unexpectedEnd, offset: offset)
      state = .failed
    }
  }

  mutating func fail(_ error: WireError) {
    // A mistake before the first key: a brace of the words.
    if isInProse, tree.nodes.count == 1 { return restart() }
    failure = error
    state = .failed
  }

  // MARK: Words

  private mutating func findObject(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != UInt8(ascii: "{") {
      if bytes[index] > 0x20 { hasProse = true }
      index += 1
    }
    if index < bytes.count { state = .value }
    return index
  }

  private mutating func restart() {
    tree = PartialTree()
    open = []
    scalars = PendingScalars()
    hasProse = true
    restarts += 1
    revision += 1
    state = .prose
  }

  // MARK: Structure

  private mutating func readStructure(_ byte: UInt8, at index: Int) {
    if state == .literal { return readLiteral(byte, at: index) }
    if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { return }
    switch (state, byte) {
    case (.elementOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")): closeContainer()
    case (.value, _), (.elementOrEnd, _): begin(byte, at: index)
    case (.keyOrEnd, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
      beginText()
      state = .keyString
    case (.colon, UInt8(ascii: ":")): state = .value
    case (.afterValue, UInt8(ascii: ",")): state = isInObject ? .key : .value
    case (.afterValue, UInt8(ascii: "}")) where isInObject: closeContainer()
    case (.afterValue, UInt8(ascii: "]")) where !isInObject: closeContainer()
    case (.done, _): fail(.malformed(.trailingBytes, offset: offset + index))
    default: fail(.malformed(.unexpectedByte, offset: offset + index))
    }
  }

  private var isInObject: Bool { open.last.map { tree.nodes[Int($0)].kind == .object } ?? false }

  private mutating func begin(_ byte: UInt8, at index: Int) {
    switch byte {
    case UInt8(ascii: "{"): openContainer(.object, .keyOrEnd)
    case UInt8(ascii: "["): openContainer(.array, .elementOrEnd)
    case UInt8(ascii: "\""):
      beginText()
      add(.string, slot: Int32(textSlot))
      state = .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      beginText()
      add(.number, slot: Int32(textSlot))
      number = NumberState.start.after(byte) ?? .start
      tree.texts[textSlot].unicodeScalars.append(Unicode.Scalar(byte))
      state = .number
    case UInt8(ascii: "t"): beginLiteral("true", .bool, 1)
    case UInt8(ascii: "f"): beginLiteral("false", .bool, 0)
    case UInt8(ascii: "n"): beginLiteral("null", .null, 0)
    default: fail(.malformed(.unexpectedByte, offset: offset + index))
    }
  }

  private mutating func beginLiteral(_ word: StaticString, _ kind: Kind, _ slot: Int32) {
    add(kind, slot: slot)
    literal = (word, 1)
    state = .literal
  }

  private mutating func readLiteral(_ byte: UInt8, at index: Int) {
    guard unsafe byte == literal.word.utf8Start[literal.count] else {
      return fail(.malformed(.literal, offset: offset + index - literal.count))
    }
    literal.count += 1
    if literal.count == literal.word.utf8CodeUnitCount { close() }
  }

  /// Reads digits and what else a number has; a byte that is none of it is looked at again.
  private mutating func readNumber(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count, let next = number.after(bytes[index]) {
      number = next
      tree.texts[textSlot].unicodeScalars.append(Unicode.Scalar(bytes[index]))
      index += 1
    }
    if index == bytes.count { return index }
    if number.isWhole { close() } else { fail(.malformed(.number, offset: offset + index)) }
    return index
  }

  private mutating func openContainer(_ kind: Kind, _ next: State) {
    guard open.count < JSONScanner.depthLimit else { return fail(.limit(.depth, JSONScanner.depthLimit)) }
    tree.lists.append([])
    add(kind, slot: Int32(truncatingIfNeeded: tree.lists.count - 1))
    open.append(current)
    state = next
  }

  private mutating func closeContainer() {
    current = open.removeLast()
    close()
    // `{}` among words is mostly one of them.
    if isInProse, hasProse, tree.nodes.count == 1 { restart() }
  }

  /// The value at hand is whole.
  mutating func close() {
    tree.nodes[Int(current)].isClosed = true
    revision += 1
    state = open.isEmpty ? .done : .afterValue
  }

  mutating func beginText() {
    textSlot = tree.texts.count
    tree.texts.append("")
  }
}
