// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// No part of a conversation and no kind of tool is dropped without a word.
@Suite struct SilentPartTests {
  private static let bytes: [UInt8] = [1, 2, 3]

  private static func image(_ change: (inout Media) -> Void = { _ in }) -> ContentPart {
    var media = Media.bytes(bytes, mediaType: "image/png")
    change(&media)
    return .image(media)
  }

  private static func file(_ change: (inout Media) -> Void = { _ in }) -> ContentPart {
    var media = Media.bytes(bytes, mediaType: "application/pdf", name: "a")
    change(&media)
    return .file(media)
  }

  private static func audio(_ change: (inout Media) -> Void = { _ in }) -> ContentPart {
    var media = Media.bytes(bytes, mediaType: "audio/wav")
    change(&media)
    return .audio(media)
  }

  private static let foreign = Seal(dialect: "nobody", signature: "s", details: ["x": 1])

  // MARK: What is written to a model

  /// A part with something, and without it. What an image or a sound is called says nothing (``Media/name``), nor how
  /// closely to look at a file (``Media/detail``). What a model made: see `CarriedPartsTests`.
  private static let written: [(name: String, with: [ContentPart], without: [ContentPart])] = [
    ("an image", ["Hi", image()], ["Hi"]),
    ("the detail of an image", [image { $0.detail = "low" }], [image()]),
    ("fields of an image", [image { $0.extra = ["x": 1] }], [image()]),
    ("a file", ["Hi", file()], ["Hi"]),
    ("the name of a file", [file { $0.name = "b" }], [file { $0.name = nil }]),
    ("fields of a file", [file { $0.extra = ["x": 1] }], [file()]),
    ("sound", ["Hi", audio()], ["Hi"]),
    ("fields of a sound", [audio { $0.extra = ["x": 1] }], [audio()]),
    ("a cache point", ["Hi", .cachePoint(CachePoint())], ["Hi"]),
    ("a foreign part", ["Hi", .native(NativePart(dialect: "nobody", type: "t", value: ["type": "t"]))], ["Hi"]),
    ("thoughts", ["Hi", .reasoning(Reasoning(text: "x"))], ["Hi"]),
    ("a refusal", ["Hi", .refusal("no")], ["Hi"]),
    ("a call", ["Hi", .toolCall(ToolCall(id: "1", name: "a", arguments: "{}"))], ["Hi"]),
    ("a provider's tool", ["Hi", .providerTool(ProviderTool(id: "1", name: "a", seal: foreign))], ["Hi"]),
  ]

  @Test(arguments: EncodingTarget.all)
  func nothingWrittenToAModelIsLostSilently(target: EncodingTarget) {
    for part in Self.written {
      let (with, without) = ([Message.user(part.with)], [Message.user(part.without)])
      #expect(!Self.isSilent(target, with, without), "\(part.name)")
    }
    let named = [Message(role: .user, content: ["Hi"], name: "n")]
    #expect(!Self.isSilent(target, named, ["Hi"]), "a name")
  }

  // MARK: Tools

  @Test(arguments: EncodingTarget.all)
  func noKindOfToolIsDroppedSilently(target: EncodingTarget) {
    let plain = Tool(name: "a")
    let own = target.dialect.id
    var cached = plain
    cached.cachePoint = CachePoint()
    let tools: [(String, Tool)] = [
      ("a description", Tool(name: "a", description: "A.")),
      ("a schema", Tool(name: "a", parameters: ["type": "object", "properties": ["x": ["type": "string"]]])),
      ("strictness", Tool(name: "a", isStrict: true)), ("a cache point", cached),
      ("free text", .custom(name: "a")),
      ("a tool of its own", .provider(["type": "t_1", "name": "a"], dialect: own)),
      ("a tool of others", .provider(["type": "t_1", "name": "a"], dialect: "nobody")),
    ]
    for (name, tool) in tools {
      let (with, without) = (Self.request(["Hi"], [tool]), Self.request(["Hi"], [plain]))
      #expect(!target.isSilent(with, without), "\(name)")
    }
    let free = Self.request(["Hi"], [.custom(name: "a")])
    // Where it is left out, so is its form.
    guard target.seen(free)?.warnings.isEmpty == true else { return }
    let form = Self.request(["Hi"], [.custom(name: "a", format: ["type": "grammar"])])
    #expect(!target.isSilent(form, free), "the form of free text")
  }

  private static func request(_ messages: [Message], _ tools: [Tool] = []) -> ChatRequest {
    ChatRequest(model: "", messages: messages, tools: tools)
  }

  private static func isSilent(_ target: EncodingTarget, _ with: [Message], _ without: [Message]) -> Bool {
    target.isSilent(request(with), request(without))
  }
}
