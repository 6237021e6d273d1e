// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

/// Drafts of a text that is still coming, and the value at its end.
@Suite struct PartialReaderTests {
  struct Draft: Decodable, Equatable {
    var title: String?
    var servings: Int?
    var steps: [Step]?
    var source: Source?
    var tags: [String: [String]]?

    struct Step: Decodable, Equatable {
      var text: String
      var minutes: Double?
    }

    enum Source: String, Decodable { case book, web }
  }

  private static let text = """
    {"title": "Bread", "servings": 12, "steps": [{"text": "Mix", "minutes": 1.5}, {"minutes": 2, "text": "Bake"}],
    "source": "web", "tags": {"kind": ["a", "b"]}}
    """

  @Test func drafts() {
    let reader = PartialReader<Draft>()
    func draft(after piece: String) -> Draft? {
      reader.feed(piece)
      return reader.draft
    }
    #expect(draft(after: " ") == nil)
    #expect(draft(after: "{") == Draft())
    #expect(draft(after: #""title": "Br"#) == Draft(title: "Br"))
    #expect(draft(after: #"ead", "servings": 1"#) == Draft(title: "Bread"))
    #expect(draft(after: "2,") == Draft(title: "Bread", servings: 12))
    #expect(draft(after: #" "steps": [{"#)?.steps == [])
    #expect(draft(after: #""text": "Mi"#)?.steps == [.init(text: "Mi")])
    #expect(draft(after: #"x", "minutes": 1.5"#)?.steps == [.init(text: "Mix")])
    #expect(draft(after: #"}, {"minutes": 2,"#)?.steps == [.init(text: "Mix", minutes: 1.5)])
    #expect(draft(after: #""text": "Bake"}], "source": "we"#)?.steps?.count == 2)
    #expect(reader.draft?.source == nil)
    #expect(draft(after: #"b", "tags": {"kind": ["a", "#)?.source == .web)
    #expect(reader.draft?.tags == ["kind": ["a"]])
  }

  /// The draft of the whole is what a decoder that reads strictly gives, wherever the text is cut.
  @Test func T14_everyCutEndsInTheSame() throws {
    let whole = try Draft(json: Self.text)
    for cut in Self.text.indices {
      let reader = PartialReader<Draft>()
      reader.feed(String(Self.text[..<cut]))
      _ = reader.draft
      reader.feed(String(Self.text[cut...]))
      #expect(reader.draft == whole)
      #expect(try reader.finish() == whole)
    }
  }

  /// Character by character: a draft is never taken back, only added to.
  @Test func draftsOnlyGrow() {
    let reader = PartialReader<Draft>()
    var last = Draft()
    for character in Self.text {
      reader.feed(String(character))
      let draft = reader.draft ?? Draft()
      #expect((draft.title ?? "").hasPrefix(last.title ?? ""))
      #expect((draft.steps ?? []).count >= (last.steps ?? []).count)
      #expect(last.servings == nil || draft.servings == last.servings)
      last = draft
    }
  }

  @Test func aDraftThatIsKeptDoesNotChange() {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": "A", "steps": [{"text": "x"#)
    let kept = reader.draft
    reader.feed(#"y"}, {"text": "z"}]"#)
    #expect(kept?.steps == [.init(text: "x")] && reader.draft?.steps?.map(\.text) == ["xy", "z"])
  }

  @Test func whatDoesNotFitIsAbsentInADraftAndThrownAtTheEnd() throws {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": 5, "servings": 2.5, "source": "radio", "steps": [{"text": 1}, {"text": "x"}]}"#)
    #expect(reader.draft == Draft(steps: [.init(text: "x")]))
    let error = #expect(throws: DecodingError.self) { try reader.finish() }
    guard case .typeMismatch(_, let context)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == ["title"])
  }

  @Test func strictErrorsNameTheirPlace() throws {
    func path(_ text: String) -> [String]? {
      do {
        _ = try Draft(json: text)
        return nil
      } catch DecodingError.keyNotFound(let key, let context) {
        return context.codingPath.map(\.stringValue) + [key.stringValue]
      } catch DecodingError.typeMismatch(_, let context) {
        return context.codingPath.map(\.stringValue)
      } catch { return ["\(error)"] }
    }
    #expect(path(#"{"steps": [{"text": "a"}, {"minutes": 1}]}"#) == ["steps", "1", "text"])
    #expect(path(#"{"tags": {"kind": ["a", 1]}}"#) == ["tags", "kind", "1"])
    #expect(path("[]") == [])
    #expect(path("{}") == nil)
  }

  @Test func cutTextsAreNoValues() {
    let reader = PartialReader<Draft>()
    reader.feed(#"{"title": "Bread""#)
    #expect(throws: WireError.malformed(.unexpectedEnd, offset: 17)) { try reader.finish() }
  }

  @Test func T11_numbersAreExact() throws {
    #expect(try [UInt64](json: "[18446744073709551615, 0]") == [.max, 0])
    #expect(try [Int64](json: "[-9223372036854775808, 1e3, 1.0]") == [.min, 1000, 1])
    #expect(throws: DecodingError.self) { try [Int](json: "[1.5]") }
    #expect(throws: DecodingError.self) { try [UInt8](json: "[256]") }
    #expect(throws: DecodingError.self) { try [Double](json: "[1e999]") }
    #expect(try [Float](json: "[0.5]") == [0.5])
  }

  @Test func atAPath() {
    let reader = PartialReader<[String]>(at: ["value"])
    reader.feed(#"{"value": ["a", "b"#)
    #expect(reader.draft == ["a", "b"])
    reader.reset()
    #expect(reader.draft == nil)
  }

  @Test func elementsComeAsTheyClose() throws {
    var items = PartialElements<Draft.Step>(at: ["steps"])
    items.feed(#"{"steps": [{"text": "Mix"#)
    #expect(try items.next() == nil)
    items.feed(#""}, {"text": "Bake"}, {"text"#)
    #expect(try items.next()?.text == "Mix")
    #expect(try items.next()?.text == "Bake")
    #expect(try items.next() == nil)
    items.feed(#"": 1}]"#)
    #expect(throws: DecodingError.self) { try items.next() }
  }
}
