// SPDX-License-Identifier: Apache-2.0

// What the events of an answer carry (``StreamEvent``): small values, one case each.

/// A piece of text.
public struct TextDelta: Sendable, Hashable, CustomStringConvertible {
  /// The piece itself, never empty.
  public var text: String
  /// Which answer it belongs to, when several were asked for.
  public var choice: Int32
  /// Which block of the answer it belongs to, where blocks come interleaved.
  public var block: Int32

  /// A piece of this answer and block.
  public init(_ text: String, choice: Int32 = 0, block: Int32 = 0) {
    self.text = text
    self.choice = choice
    self.block = block
  }

  /// The piece itself, so that it can be printed as it is.
  public var description: String { text }
}

/// A seal, and what it belongs to. Signatures that come in pieces are appended in order (rule N2).
public struct BlockSeal: Sendable, Hashable {
  /// What the provider wants back.
  public var seal: Seal
  /// Which answer it belongs to.
  public var choice: Int32
  /// Which block of the answer it belongs to.
  public var block: Int32

  /// The signature, or a piece of it.
  public var signature: String? { seal.signature }
  /// The provider's own form, or a piece of it.
  public var details: JSONValue? { seal.details }

  /// The seal of this block.
  public init(_ seal: Seal, choice: Int32 = 0, block: Int32 = 0) {
    self.seal = seal
    self.choice = choice
    self.block = block
  }
}

/// A part that comes whole.
public struct WholePart: Sendable, Hashable {
  /// The part: media that the model made, or ``ContentPart/native(_:)``.
  public var part: ContentPart
  /// Which answer it belongs to.
  public var choice: Int32

  /// A part of this answer.
  public init(_ part: ContentPart, choice: Int32 = 0) {
    self.part = part
    self.choice = choice
  }
}

/// The beginning of a tool call.
public struct ToolInputStart: Sendable, Hashable {
  /// The call's number in its answer, which its deltas bear.
  public var index: Int32
  /// Which answer it belongs to.
  public var choice: Int32
  /// The provider's id; one of ours where it sent none.
  public var id: String
  /// The tool's name.
  public var name: String
  /// What the provider wants back with the call, where it says so at its beginning: the `caller` at Anthropic.
  public var seal: Seal?

  /// A call with these names.
  public init(index: Int32, choice: Int32 = 0, id: String, name: String, seal: Seal? = nil) {
    self.index = index
    self.choice = choice
    self.id = id
    self.name = name
    self.seal = seal
  }
}

/// A piece of a tool call's arguments.
public struct ToolInputDelta: Sendable, Hashable {
  /// The call's number in its answer.
  public var index: Int32
  /// Which answer it belongs to.
  public var choice: Int32
  /// The piece, of the arguments' own JSON text.
  public var arguments: String

  /// A piece for this call.
  public init(index: Int32, choice: Int32 = 0, arguments: String) {
    self.index = index
    self.choice = choice
    self.arguments = arguments
  }
}

/// A piece of sound.
public struct AudioDelta: Sendable, Hashable {
  /// The provider's id of the sound, for referring to it later.
  public var id: String?
  /// The sound, in base64 as it came.
  public var data: String?
  /// What is said in it.
  public var transcript: String?

  /// A piece with these parts.
  public init(id: String? = nil, data: String? = nil, transcript: String? = nil) {
    self.id = id
    self.data = data
    self.transcript = transcript
  }
}

/// Where something in the answer comes from.
public struct Source: Sendable, Hashable {
  /// Its address.
  public var url: String?
  /// Its title.
  public var title: String?
  /// The provider's own form of it, with places in the text.
  public var native: JSONValue
  /// The dialect of ``native``; nil when it is not wanted back with the words.
  public var dialect: DialectID?
  /// Which answer it belongs to.
  public var choice: Int32
  /// Which block of words it belongs to; it may come after them (rule N6).
  public var block: Int32

  /// A source with these parts.
  public init(
    url: String? = nil, title: String? = nil, native: JSONValue, dialect: DialectID? = nil, choice: Int32 = 0,
    block: Int32 = 0
  ) {
    self.url = url
    self.title = title
    self.native = native
    self.dialect = dialect
    self.choice = choice
    self.block = block
  }
}

/// Log probabilities of the tokens of one piece.
public struct LogprobsDelta: Sendable, Hashable {
  /// Which answer they belong to.
  public var choice: Int32
  /// In the provider's form.
  public var native: JSONValue

  /// Log probabilities of this answer.
  public init(choice: Int32, native: JSONValue) {
    self.choice = choice
    self.native = native
  }
}

/// What a provider sent and Spate has no name for.
public struct RawEvent: Sendable, Hashable {
  /// The provider's name of it.
  public var type: String
  /// As it came.
  public var bytes: [UInt8]

  /// An event of this type.
  public init(type: String, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}
