// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects
import Testing

/// A dialect that a user wrote, with the public interface only, is held to the same list; and each check of the list
/// finds the fault that it is there for.
@Suite struct UserDialectTests {
  private static let lines = #"think "hm""# + "\nsay \"Grüße\"\nsay \" \\ud83d\\ude42\"\nused 3 5\n"
  private static let call = "call \"weather\"\nargs \"{\\\"city\\\":\"\nargs \"\\\"Ulm\\\"}\"\n"

  private static let examples = [
    ConformanceExample(
      "words", body: lines + "end stop\n",
      answer: .init(text: "Grüße 🙂", reasoning: "hm", finish: .stop, input: 3, output: 5), completeAfter: "end stop\n"),
    ConformanceExample(
      "a call", body: call + "end tool_calls\n",
      answer: .init(toolCalls: [.init("weather", #"{"city":"Ulm"}"#)], finish: .toolCalls),
      completeAfter: "end tool_calls\n"),
    ConformanceExample(
      "an error inside", body: "say \"half\"\nerror {\"message\":\"busy\",\"code\":503}\n", failure: .overloaded,
      text: "half"),
    ConformanceExample(
      "an error", body: #"{"message":"slow down"}"#, context: ResponseContext(status: 429), failure: .rateLimit),
  ]

  @Test func aSoundDialectPasses() {
    let report = DialectConformance(PipeDialect(), examples: Self.examples).run()
    #expect(report.failures.isEmpty, "\(report)")
    #expect(report.unchecked.isEmpty)
  }

  @Test(arguments: ConformanceCheck.allCases) func eachCheckFindsItsFault(_ check: ConformanceCheck) {
    let report = DialectConformance(WoundedDialect(check), examples: Self.examples).run()
    #expect(report.failures.contains { $0.check == check }, "\(check) found nothing")
    #expect(report.description.contains("\(check.rawValue): "))
  }

  /// A check that is left out finds nothing.
  @Test func checksCanBeChosen() {
    var list = DialectConformance(WoundedDialect(.oneFinish), examples: Self.examples)
    list.checks = [.statuses]
    let report = list.run()
    #expect(report.failures.isEmpty && report.runs.keys.map(\.rawValue) == ["statuses"])
    #expect(report.unchecked.count == ConformanceCheck.allCases.count - 1)
  }

  /// What is said of an example must be true.
  @Test(
    arguments: [
      ConformanceAnswer(text: "Grüße", reasoning: "hm", finish: .stop),
      ConformanceAnswer(text: "Grüße 🙂", finish: .stop),
      ConformanceAnswer(text: "Grüße 🙂", reasoning: "hm", finish: .length),
      ConformanceAnswer(text: "Grüße 🙂", reasoning: "hm", finish: .stop, input: 4, output: 5),
      ConformanceAnswer(text: "Grüße 🙂", reasoning: "hm", toolCalls: [.init("f", "{}")], finish: .stop),
    ] as [ConformanceAnswer]) func wrongExpectationsAreFound(_ answer: ConformanceAnswer)
  {
    let example = ConformanceExample("wrong", body: Self.lines + "end stop\n", answer: answer)
    let report = DialectConformance(PipeDialect(), examples: [example]).run()
    #expect(report.failures.count { $0.check == .expected } == 1)
  }

  /// The same seed damages alike, and failures of one kind are counted up to a few.
  @Test func runsAreAlike() {
    let list = DialectConformance(WoundedDialect(.cuts), examples: Self.examples)
    let first = list.run()
    #expect(first.failures == list.run().failures)
    #expect(first.failures.count { $0.check == .cuts && $0.example == "words" } == 5)
  }

  /// Conversations come from it and go to it like those of the built-in ones.
  @Test func itsConversationsAreImportedAndExported() throws {
    let dialects = Dialects.builtIn.adding(PipeDialect())
    let json =
      #"[{"who":"user","words":"hi"},{"who":"assistant","words":"yo","call":["c1","f","{}"]},{"who":"tool","words":"1","of":"c1"}]"#
    let talk = try Conversation(importing: Array(json.utf8), from: "pipe", dialects: dialects)
    #expect(talk.messages.map(\.role) == [.user, .assistant, .tool])
    let again = try talk.exported(as: "pipe", dialects: dialects)
    #expect(again.messages == (try JSONValue(parsing: json)) && again.warnings.isEmpty)
    let chat = try talk.exported(as: .openAIChat, dialects: dialects).messages
    #expect(chat[1]?["tool_calls"]?[0]?["id"] == "c1")
    let error = #expect(throws: SpateError.self) {
      try Conversation(importing: Array(#"[{"who":"king"}]"#.utf8), from: "pipe", dialects: dialects)
    }
    #expect(error?.message == "talk[0].who must be a role")
    #expect(throws: SpateError.self) { try talk.exported(as: "pipe") }
  }
}
