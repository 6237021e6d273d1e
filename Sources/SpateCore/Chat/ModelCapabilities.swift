// SPDX-License-Identifier: Apache-2.0

/// Something that a model can do, or not. New ones may come: one that is not here is `Capability(rawValue:)`.
public struct Capability: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
  /// The name, as the command line prints it.
  public let rawValue: String

  /// Any name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The name.
  public var description: String { rawValue }

  /// Answers conversations at all: lists of models hold others too.
  public static let chat = Capability(rawValue: "chat")
  /// Sends its answer as it makes it.
  public static let streaming = Capability(rawValue: "streaming")
  /// Calls tools.
  public static let tools = Capability(rawValue: "tools")
  /// Can be told whether to call several tools in one turn.
  public static let parallelTools = Capability(rawValue: "parallel_tools")
  /// Can be told that it has to call a tool.
  public static let forcedTools = Capability(rawValue: "forced_tools")
  /// Sees images.
  public static let images = Capability(rawValue: "images")
  /// Reads documents such as PDF.
  public static let files = Capability(rawValue: "files")
  /// Hears sound.
  public static let audio = Capability(rawValue: "audio")
  /// Makes images.
  public static let imageOutput = Capability(rawValue: "image_output")
  /// Makes sound.
  public static let audioOutput = Capability(rawValue: "audio_output")
  /// Thinks before it answers.
  public static let reasoning = Capability(rawValue: "reasoning")
  /// Answers in JSON.
  public static let json = Capability(rawValue: "json")
  /// Answers in JSON by a schema.
  public static let schema = Capability(rawValue: "schema")
  /// Goes on with words that it is given as its own.
  public static let prefill = Capability(rawValue: "prefill")
  /// Gives several answers to one request.
  public static let severalAnswers = Capability(rawValue: "several_answers")

  /// Every one that has a name here, in the order in which they are shown.
  public static let all: [Capability] = [
    .chat, .streaming, .tools, .parallelTools, .forcedTools, .images, .files, .audio, .imageOutput, .audioOutput,
    .reasoning, .json, .schema, .prefill, .severalAnswers,
  ]
}

/// What a model can do, as far as it is known.
///
/// ```swift
/// if model.capabilities[.images] == true { ... }
/// ```
///
/// Nil is not no: nobody said it.
public struct ModelCapabilities: Sendable, Hashable {
  private var known: [Capability: Bool] = [:]
  /// The words for how hard to think that it takes, the weakest first; nil when that is not known, empty for none.
  public var efforts: [ReasoningEffort]?

  /// What is known; everything else is not.
  public init(
    can: Set<Capability> = [], cannot: Set<Capability> = [], efforts: [ReasoningEffort]? = nil
  ) {
    for capability in cannot { known[capability] = false }
    for capability in can { known[capability] = true }
    self.efforts = efforts
  }

  /// Whether it can; nil when that is not known.
  public subscript(capability: Capability) -> Bool? {
    get { known[capability] }
    set { known[capability] = newValue }
  }

  /// Nothing is known.
  public var isEmpty: Bool { known.isEmpty && efforts == nil }

  /// What is known, in the order in which it is shown; names of others come last, by the alphabet.
  public var members: [(capability: Capability, isTrue: Bool)] {
    let others = known.keys.filter { !Capability.all.contains($0) }.sorted { $0.rawValue < $1.rawValue }
    return (Capability.all + others).compactMap { capability in known[capability].map { (capability, $0) } }
  }

  /// These, and `defaults` where these say nothing.
  public func over(_ defaults: ModelCapabilities) -> ModelCapabilities {
    var merged = defaults
    merged.known.merge(known) { $1 }
    merged.efforts = efforts ?? defaults.efforts
    return merged
  }

  /// What only these say and `others` do not.
  public func beyond(_ others: ModelCapabilities) -> ModelCapabilities {
    var rest = self
    for capability in others.known.keys { rest.known[capability] = nil }
    if others.efforts != nil { rest.efforts = nil }
    return rest
  }
}
