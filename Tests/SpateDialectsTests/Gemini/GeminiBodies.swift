// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Bodies in Gemini's shape, and what is read of them.
enum Gemini {
  /// A chunk with these parts, given as JSON; `more` are further members of the chunk, with a comma before them.
  static func chunk(_ parts: String, finish: String? = nil, of candidate: String = "", more: String = "") -> String {
    let reason = finish.map { #","finishReason":\#($0)"# } ?? ""
    return #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"}\#(reason),"index":0\#(candidate)}],"#
      + #""modelVersion":"m","responseId":"r1"\#(more)}"#
  }

  /// A part with words.
  static func words(_ text: String) -> String { #"{"text":"\#(text)"}"# }

  /// A chunk that says nothing but why it is over.
  static func stop(_ reason: String = "\"STOP\"") -> String { chunk(#"{"text":""}"#, finish: reason) }

  /// As `alt=sse` gives them.
  static func sse(_ chunks: String...) -> String { sse(chunks) }
  static func sse(_ chunks: [String]) -> String { chunks.map { "data: \($0)\r\n\r\n" }.joined() }

  /// As they come without it.
  static func array(_ chunks: String...) -> String { array(chunks) }
  static func array(_ chunks: [String]) -> String { "[" + chunks.joined(separator: "\n,\r\n") + "\n]\n" }

  /// What is read of a body, the same at each cut.
  static func read(
    _ body: String, end: BodyEnd = .clean, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Decoded {
    Decoded.everyWay(body, end: end, dialect: GeminiDialect(), sourceLocation: sourceLocation)
  }

  /// What is read of these chunks, which is the same in both forms of a stream.
  static func read(_ chunks: [String], sourceLocation: SourceLocation = #_sourceLocation) -> Decoded {
    let events = read(sse(chunks), sourceLocation: sourceLocation)
    let isSame = read(array(chunks), sourceLocation: sourceLocation) == events
    #expect(isSame, "as an array", sourceLocation: sourceLocation)
    return events
  }

  /// An entry at Google AI, and one at Vertex.
  static let provider = Provider.gemini
  static let vertex = Provider.vertex

  /// The parts that a conversation becomes, of the content at this place.
  static func parts(_ messages: [Message], at place: Int, model: String = "gemini-2.5-flash") throws -> [JSONValue] {
    let encoded = try GeminiDialect().encode(ChatRequest(model: model, messages: messages), for: provider)
    return try JSONValue(parsing: encoded.body)["contents"]?[place]?["parts"]?.array ?? []
  }
}
