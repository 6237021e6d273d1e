// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Bodies in Bedrock's forms.
enum BedrockBodies {
  /// One frame with an event.
  static func frame(_ type: String, _ payload: String) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
      payload: Array(payload.utf8))
  }

  /// One frame with one of the service's errors.
  static func exception(_ type: String, _ payload: String) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")],
      payload: Array(payload.utf8))
  }

  // MARK: Converse

  static let start = frame("messageStart", #"{"p":"abcd","role":"assistant"}"#)

  /// The event that begins a block; `members` of its `start`.
  static func begin(_ members: String, at index: Int = 0) -> [UInt8] {
    frame("contentBlockStart", #"{"contentBlockIndex":\#(index),"start":{\#(members)},"p":"ab"}"#)
  }

  static func tool(_ id: String = "t1", _ name: String = "f", at index: Int = 0, more: String = "") -> [UInt8] {
    begin(#""toolUse":{"toolUseId":"\#(id)","name":"\#(name)"\#(more)}"#, at: index)
  }

  /// A delta; `members` of it.
  static func delta(_ members: String, at index: Int = 0) -> [UInt8] {
    frame("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":{\#(members)},"p":"abc"}"#)
  }

  static func words(_ text: String, at index: Int = 0) -> [UInt8] { delta(#""text":"\#(text)""#, at: index) }

  static func thought(_ members: String, at index: Int = 0) -> [UInt8] {
    delta(#""reasoningContent":{\#(members)}"#, at: index)
  }

  /// A piece of a call's input, as it stands in JSON.
  static func input(_ json: String, at index: Int = 0) -> [UInt8] {
    delta(#""toolUse":{"input":"\#(json)"}"#, at: index)
  }

  static func end(at index: Int = 0) -> [UInt8] { frame("contentBlockStop", #"{"contentBlockIndex":\#(index)}"#) }

  static func stop(_ reason: String = "end_turn", more: String = "") -> [UInt8] {
    frame("messageStop", #"{"p":"a","stopReason":"\#(reason)"\#(more)}"#)
  }

  static func metadata(_ usage: String = #""inputTokens":3,"outputTokens":5,"totalTokens":8"#, more: String = "")
    -> [UInt8]
  {
    frame("metadata", #"{"metrics":{"latencyMs":7},"usage":{\#(usage)}\#(more)}"#)
  }

  /// A stream with these frames between its beginning and its end.
  static func stream(_ frames: [UInt8]..., reason: String = "end_turn") -> [UInt8] {
    start + frames.flatMap(\.self) + stop(reason) + metadata()
  }

  /// A whole answer with these blocks.
  static func answer(
    _ blocks: String, reason: String = "end_turn",
    usage: String = #""inputTokens":3,"outputTokens":5,"totalTokens":8"#, more: String = ""
  ) -> String {
    #"{"metrics":{"latencyMs":7},"output":{"message":{"content":[\#(blocks)],"role":"assistant"}},"#
      + #""stopReason":"\#(reason)","usage":{\#(usage)}\#(more)}"#
  }

  // MARK: InvokeModel

  /// One of Anthropic's events in a frame.
  static func chunk(_ event: String) -> [UInt8] {
    frame("chunk", #"{"bytes":"\#(Data(event.utf8).base64EncodedString())","p":"abcdef"}"#)
  }
}

extension Decoded {
  /// A stream of Converse's at every split.
  static func converse(_ body: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> Decoded {
    everyWay(body, dialect: BedrockConverseDialect(), sourceLocation: sourceLocation)
  }

  /// A whole answer of Converse's at every split.
  static func converse(_ body: String, sourceLocation: SourceLocation = #_sourceLocation) -> Decoded {
    everyWay(body, dialect: BedrockConverseDialect(), sourceLocation: sourceLocation)
  }
}
