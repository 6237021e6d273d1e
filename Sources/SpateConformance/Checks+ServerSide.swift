// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// The server's side of a dialect: the simulator speaks through it.
extension DialectConformance {
  /// What an answer's events become as bytes says the same again: words, thoughts, calls, finish.
  static let answersAgain: ExampleCheck = { subject, list, report in
    guard let server = list.dialect.server, subject.whole.code == nil else { return }
    let request = ChatRequest(model: "any", messages: ["-"])
    let events = subject.whole.events
    var begin = ResponseStart(id: "id", model: "any")
    for case .start(let start) in events { begin = start }
    var writer = server.writer(for: request, start: begin)
    let bodies = [
      ("stream", events.flatMap { writer.bytes(of: $0) }), ("document", server.document(of: events, for: request)),
    ]
    for (form, body) in bodies {
      report.ran(.serverSide)
      let again = Subject(
        ConformanceExample(form, body: body, failure: .decode),
        list.dialect)
      func fail(_ what: String) { report.fail(.serverSide, subject.name, "written as a \(form), \(what)") }
      if let code = again.whole.code { fail("it is the error \(code)") }
      if again.answer.text != subject.answer.text { fail("the text is \"\(again.answer.text)\"") }
      if again.answer.reasoning != subject.answer.reasoning { fail("the reasoning is \"\(again.answer.reasoning)\"") }
      let calls = [again.answer, subject.answer].map { $0.toolCalls.map { [$0.name, $0.arguments] } }
      if calls[0] != calls[1] { fail("the calls are \(calls[0])") }
      if again.answer.finish != subject.answer.finish {
        fail("the finish is \(again.answer.finish?.rawValue ?? "none")")
      }
    }
  }

  /// A request is read as it was written, and an error is one of its class.
  static let requestsAgain: DialectCheck = { list, report in
    guard let server = list.dialect.server else { return }
    let id = list.dialect.id
    let provider = Provider(id: id.rawValue, name: id.rawValue, baseURL: "http://localhost", dialect: id)
    let call = ToolCall(id: "call00001", name: "f", arguments: "{\"x\":[1,\"é\"]}")
    let requests: [(String, [Message])] = [
      ("a question", ["Grüße \u{1F642} \"\\\n"]), ("instructions", [.system("Be brief."), "hi"]),
      ("turns", ["a", .assistant("b"), "c"]),
      ("calls", ["a", .assistant([.toolCall(call)]), .toolResult(id: call.id, "42", name: "f"), "b"]),
    ]
    for (name, messages) in requests {
      report.ran(.serverSide)
      func fail(_ what: String) { report.fail(.serverSide, "a request: \(name)", what) }
      do throws(SpateError) {
        let encoded = try list.dialect.encode(ChatRequest(model: "any", messages: messages), for: provider)
        let read = try server.read(Self.served(encoded))
        if read.messages.map(\.text) != messages.map(\.text) { fail("the words are \(read.messages.map(\.text))") }
        if read.messages.map(\.role) != messages.map(\.role) {
          fail("the roles are \(read.messages.map(\.role.rawValue))")
        }
        let calls = [read.messages, messages].map { $0.flatMap(\.toolCalls).map { [$0.name, $0.arguments] } }
        if calls[0] != calls[1] { fail("the calls are \(calls[0])") }
      } catch { fail("\(error)") }
    }
    for status in [400, 401, 404, 429, 500] {
      report.ran(.serverSide)
      let body = server.body(of: ServedFailure(status: status))
      let specimen = Specimen(dialect: list.dialect, context: ResponseContext(status: status), body: body)
      if specimen.result().code == nil {
        report.fail(.serverSide, "status \(status)", "the error that the server writes is an answer")
      }
    }
  }

  static func served(_ request: EncodedRequest) -> ServedRequest {
    let path = request.path.split(separator: "?", maxSplits: 1).map(String.init)
    return ServedRequest(
      method: request.method, path: path.first ?? "", query: path.count > 1 ? path[1] : nil, fields: request.fields,
      body: request.body)
  }
}
