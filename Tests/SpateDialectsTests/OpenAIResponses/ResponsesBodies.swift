// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// Bodies of OpenAI's Responses for tests.
enum ResponsesBodies {
  static let dialect = OpenAIResponsesDialect()

  /// One event with these members, and its type twice.
  static func event(_ type: String, _ members: String = "") -> String {
    let more = members.isEmpty ? "" : ",\(members)"
    return "event: \(type)\ndata: {\"type\":\"\(type)\"\(more)}\n\n"
  }

  static let created = event("response.created", #""response":{"id":"resp_1","created_at":7,"model":"m"}"#)

  static func added(_ item: String, _ index: Int = 0) -> String {
    event("response.output_item.added", #""output_index":\#(index),"item":{\#(item)}"#)
  }

  static func done(_ item: String, _ index: Int = 0) -> String {
    event("response.output_item.done", #""output_index":\#(index),"item":{\#(item)}"#)
  }

  static func text(_ text: String, item: Int = 0, part: Int = 0) -> String {
    event(
      "response.output_text.delta",
      #""output_index":\#(item),"content_index":\#(part),"delta":"\#(text)","logprobs":[]"#)
  }

  static func arguments(_ text: String, item: Int = 0) -> String {
    event("response.function_call_arguments.delta", #""output_index":\#(item),"delta":"\#(text)""#)
  }

  /// The last event; `more` are members of the response.
  static func end(_ word: String = "completed", _ more: String = "") -> String {
    let members = more.isEmpty ? "" : ",\(more)"
    return event("response.\(word)", #""response":{"id":"resp_1","model":"m","status":"\#(word)"\#(members)}"#)
  }

  /// A whole answer with these output items.
  static func whole(_ output: String, status: String = "completed", more: String = "") -> String {
    let members = more.isEmpty ? "" : ",\(more)"
    return #"{"id":"resp_1","object":"response","created_at":7,"model":"m","status":"\#(status)","output":[\#(output)]"#
      + "\(members)}"
  }

  /// Read in every way that it can be cut.
  static func read(
    _ body: String..., context: ResponseContext = ResponseContext(), end: BodyEnd = .clean,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Decoded {
    Decoded.everyWay(
      body.joined(), context: context, end: end, dialect: dialect, sourceLocation: sourceLocation)
  }
}
