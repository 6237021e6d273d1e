// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Streams and answers in Anthropic's shape, for tests.
enum AnthropicBodies {
  static let start =
    #"{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude","content":[],"#
    + #""stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}"#

  /// A block that begins; `members` are those of `content_block`.
  static func begin(_ members: String, at index: Int = 0) -> String {
    #"{"type":"content_block_start","index":\#(index),"content_block":{\#(members)}}"#
  }

  static func text(at index: Int = 0) -> String { begin(#""type":"text","text":"""#, at: index) }

  static func tool(_ id: String = "t1", _ name: String = "f", at index: Int = 0) -> String {
    begin(#""type":"tool_use","id":"\#(id)","name":"\#(name)","input":{}"#, at: index)
  }

  static func delta(_ members: String, at index: Int = 0) -> String {
    #"{"type":"content_block_delta","index":\#(index),"delta":{\#(members)}}"#
  }

  static func words(_ text: String, at index: Int = 0) -> String {
    delta(#""type":"text_delta","text":"\#(text)""#, at: index)
  }

  static func thought(_ text: String, at index: Int = 0) -> String {
    delta(#""type":"thinking_delta","thinking":"\#(text)""#, at: index)
  }

  static func signature(_ text: String, at index: Int = 0) -> String {
    delta(#""type":"signature_delta","signature":"\#(text)""#, at: index)
  }

  /// A piece of a call's arguments, as JSON text that is escaped already.
  static func input(_ text: String, at index: Int = 0) -> String {
    delta(#""type":"input_json_delta","partial_json":"\#(text)""#, at: index)
  }

  static func end(at index: Int = 0) -> String { #"{"type":"content_block_stop","index":\#(index)}"# }

  static func reason(_ word: String = "end_turn", more: String = "", usage: String = #""output_tokens":5"#) -> String {
    #"{"type":"message_delta","delta":{"stop_reason":"\#(word)","stop_sequence":null\#(more)},"usage":{\#(usage)}}"#
  }

  static let stop = #"{"type":"message_stop"}"#

  /// The events as a stream, each with its name; `start` before them.
  static func stream(_ events: [String]) -> String {
    ([start] + events).map { event in
      let rest = event.dropFirst(#"{"type":""#.count)
      return "event: \(rest.prefix { $0 != "\"" })\ndata: \(event)\n\n"
    }.joined()
  }

  static func stream(_ events: String...) -> String { stream(events) }

  /// A whole answer with these blocks.
  static func answer(
    _ blocks: String, reason: String = "end_turn", more: String = "",
    usage: String = #""input_tokens":3,"output_tokens":5"#
  ) -> String {
    #"{"id":"m1","type":"message","role":"assistant","model":"claude","content":[\#(blocks)],"#
      + #""stop_reason":"\#(reason)","stop_sequence":null\#(more),"usage":{\#(usage)}}"#
  }
}

extension Decoded {
  /// Of Anthropic's dialect, the same for every split.
  static func anthropic(_ body: String, context: ResponseContext = ResponseContext()) -> Decoded {
    everyWay(body, context: context, dialect: AnthropicDialect())
  }
}
