// SPDX-License-Identifier: Apache-2.0

/// One chunk of a stream with one choice; `more` are further members of the chunk, with a comma before them.
func chunk(_ delta: String, finish: String? = nil, choice: Int = 0, more: String = "") -> String {
  let word = finish.map { "\"\($0)\"" } ?? "null"
  return #"{"id":"r1","model":"m","choices":[{"index":\#(choice),"delta":\#(delta),"finish_reason":\#(word)}]\#(more)}"#
}

/// A chunk with words.
func words(_ text: String, finish: String? = nil, choice: Int = 0) -> String {
  chunk(#"{"content":"\#(text)"}"#, finish: finish, choice: choice)
}

/// A chunk with one entry of `tool_calls`, given by its members.
func tool(_ members: String, finish: String? = nil, choice: Int = 0) -> String {
  chunk(#"{"tool_calls":[{\#(members)}]}"#, finish: finish, choice: choice)
}

/// A chunk that ends the answer.
func stop(_ word: String = "stop", choice: Int = 0) -> String { chunk("{}", finish: word, choice: choice) }

/// The chunks as an event stream, and the mark of its end.
func stream(_ chunks: String..., done: Bool = true) -> String { stream(chunks, done: done) }

/// The chunks as an event stream, and the mark of its end.
func stream(_ chunks: [String], done: Bool = true) -> String {
  chunks.map { "data: \($0)\n\n" }.joined() + (done ? "data: [DONE]\n\n" : "")
}

/// A whole answer with one message.
func answer(_ message: String, finish: String = "stop", more: String = "") -> String {
  #"{"id":"r1","model":"m","object":"chat.completion","choices":[{"index":0,"message":\#(message),"#
    + #""finish_reason":"\#(finish)"}]\#(more)}"#
}
