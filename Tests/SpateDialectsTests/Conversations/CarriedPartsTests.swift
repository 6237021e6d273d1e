// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The table of all parts and all dialects: each part is carried, or its loss is said, or the request is refused. Never
/// is it dropped in silence.
@Suite struct CarriedPartsTests {
  fileprivate struct Part: CustomStringConvertible {
    var description: String
    var messages: [Message]
    /// Texts of the request that show that the part went with it.
    var marks: [String]

    init(_ description: String, _ messages: [Message], marks: String...) {
      (self.description, self.messages, self.marks) = (description, messages, marks)
    }
  }

  private static func turn(_ parts: ContentPart...) -> [Message] { ["hi", .assistant(parts + ["words"]), "on"] }

  private static func result(_ result: ToolResult) -> [Message] {
    [
      "hi", .assistant([.toolCall(ToolCall(id: "c00000001", name: "f", arguments: "{}"))]),
      Message(role: .tool, content: [.toolResult(result)]),
    ]
  }

  private static let foreign = Seal(dialect: "elsewhere", signature: "sealed", details: ["a": "b"])
  private static let pixel = Media.bytes([1, 2, 3], mediaType: "image/png", name: "pixel", detail: "low")

  private static let parts: [Part] = [
    Part("thoughts of another dialect", turn(.reasoning(Reasoning(text: "hm", seal: foreign))), marks: "sealed"),
    Part(
      "words of another dialect with a signature", turn(.annotated(AnnotatedText("cited", seal: foreign))),
      marks: "sealed"),
    Part(
      "citations of another dialect",
      turn(
        .annotated(AnnotatedText("cited", citations: [["url": "https://c.example"]], seal: Seal(dialect: "elsewhere")))),
      marks: "https://c.example"),
    Part(
      "a call with another dialect's seal",
      ["hi", .assistant([.toolCall(ToolCall(id: "c00000001", name: "f", arguments: "{}", seal: foreign))])],
      marks: "sealed"),
    Part(
      "a tool that another provider ran",
      turn(.providerTool(ProviderTool(id: "p", name: "web_search", input: "{}", seal: foreign))), marks: "web_search"),
    Part(
      "a part without a name", turn(.native(NativePart(dialect: "elsewhere", type: "x", value: ["k": "native"]))),
      marks: "native"),
    Part("an image that a model made", turn(.image(pixel)), marks: "AQID", "data:image/png;base64,AQID"),
    Part("a cache mark", [.user(["hi", .cachePoint(CachePoint())])], marks: "ephemeral", "default"),
    Part("a speaker's name", [Message(role: .user, content: ["hi"], name: "Zoe")], marks: "Zoe"),
    Part("the detail of an image", [.user(["hi", .image(pixel)])], marks: "low"),
    Part(
      "a failed tool", result(ToolResult(callID: "c00000001", name: "f", text: "no", isError: true)), marks: "error"),
    Part(
      "an image in a result",
      result(
        ToolResult(
          callID: "c00000001", name: "f", content: ["see", .image(.bytes([1, 2, 3], mediaType: "image/png"))])),
      marks: "AQID", "data:image/png;base64,AQID"),
    Part("sound", [.user([.audio(.bytes([1, 2, 3], mediaType: "audio/wav"))])], marks: "AQID"),
    Part(
      "a file", [.user([.file(.bytes([1, 2, 3], mediaType: "application/pdf", name: "report"))])], marks: "AQID",
      "data:application/pdf;base64,AQID"),
    Part(
      "a custom call",
      ["hi", .assistant([.toolCall(ToolCall(id: "c00000001", name: "f", arguments: "free", isCustom: true))])],
      marks: "free", #"{"input":"free"}"#),
    Part(
      "arguments that are no object",
      ["hi", .assistant([.toolCall(ToolCall(id: "c00000001", name: "f", arguments: "[1,\"odd\"]"))])],
      marks: "odd", "[1,\"odd\"]"),
    Part("a refusal", ["hi", .assistant([.refusal("never")]), "on"], marks: "never"),
    Part("the system's words in between", ["hi", .assistant("a"), .system("be brief"), "on"], marks: "be brief"),
  ]

  @Test(arguments: parts.indices, Dialects.builtIn.ids)
  func nothingIsDroppedInSilence(_ place: Int, _ id: DialectID) throws {
    let part = Self.parts[place]
    let dialect = try #require(Dialects.builtIn[id])
    let provider = Provider(id: "p", name: "P", baseURL: "http://localhost", dialect: id)
    let encoded: EncodedRequest
    do throws(SpateError) {
      encoded = try dialect.encode(ChatRequest(model: "m", messages: part.messages), for: provider)
    } catch {
      // Refused in words, which is no silence.
      #expect(error.code == .badRequest && !error.message.isEmpty, "\(part) in \(id): \(error)")
      return
    }
    let body = try JSONValue(parsing: encoded.body)
    let said = texts(of: body) + keys(of: body)
    let isCarried = part.marks.contains { mark in said.contains { $0.contains(mark) } } || part.isMarked(in: body)
    #expect(
      isCarried || !encoded.warnings.isEmpty, "\(part) in \(id): \(String(decoding: encoded.body, as: UTF8.self))")
    // What is said names who does not take it.
    for warning in encoded.warnings {
      #expect(warning.code == .unsupportedOption && warning.message.hasPrefix("P "), "\(warning.message)")
    }
  }

  private func keys(of value: JSONValue) -> [String] {
    switch value {
    case .array(let list): list.flatMap(keys)
    case .object(let object): object.members.flatMap { [$0.key] + keys(of: $0.value) }
    default: []
    }
  }
}

extension CarriedPartsTests.Part {
  /// Marks that are no text: Anthropic's `is_error`.
  fileprivate func isMarked(in body: JSONValue) -> Bool {
    switch body {
    case .array(let list): list.contains(where: isMarked)
    case .object(let object):
      object.members.contains {
        $0.key == "is_error" && $0.value == true && marks == ["error"] || isMarked(in: $0.value)
      }
    default: false
    }
  }
}
