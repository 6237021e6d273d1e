// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// A type that contains itself has no schema that can be found out: the error says where it comes back, and what to do.
@Suite struct RecursiveSchemaTests {
  final class Link: Decodable { var next: Link? }
  struct Tree: Decodable {
    var name: String
    var children: [Tree]
  }
  struct Folder: Decodable { var folders: [String: Folder] }
  struct Grid: Decodable { var rows: [[Grid?]?]? }
  struct Bag: Decodable, Hashable { var bags: Set<Bag> }
  final class Must: Decodable { var other: Must }

  // Around a corner.
  struct Person: Decodable { var home: House? }
  struct House: Decodable { var owners: [String: [Person]] }

  // Inside a generic type, and of one.
  struct Page<Item: Decodable>: Decodable { var items: [Item] }
  struct Post: Decodable { var replies: Page<Post> }

  // By hand.
  struct Manual: Decodable {
    enum Keys: String, CodingKey { case inner, deep }
    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Keys.self).nestedContainer(keyedBy: Keys.self, forKey: .inner)
      _ = try keys.decodeIfPresent(Manual.self, forKey: .deep)
    }
  }
  indirect enum Sum: Decodable { case number(Int), sum([Sum]) }

  private func error<Value: Decodable>(_ type: Value.Type, strict: Bool = false) -> SpateError? {
    do {
      Issue.record("there is a schema: \(try JSONSchema.of(type, isStrict: strict))")
      return nil
    } catch { return error }
  }

  @Test func itIsAnErrorThatSaysWhereAndWhatToDo() {
    func problem<Value: Decodable>(_ type: Value.Type, at place: String, _ name: String) {
      for strict in [false, true] {
        let error = error(type, strict: strict)
        #expect(error?.code == .badRequest)
        let message = error?.message ?? ""
        #expect(message.contains("\(place): \(name) contains itself"), "\(message)")
        #expect(message.contains("JSONSchemaProviding"))
      }
    }
    problem(Link.self, at: "Link.next", "Link")
    problem(Tree.self, at: "Tree.children[]", "Tree")
    problem(Folder.self, at: "Folder.folders[]", "Folder")
    problem(Grid.self, at: "Grid.rows[][]", "Grid")
    problem(Bag.self, at: "Bag.bags[]", "Bag")
    problem(Must.self, at: "Must.other", "Must")
    problem(Person.self, at: "Person.home.owners[][]", "Person")
    problem(House.self, at: "House.owners[][].home", "House")
    problem(Post.self, at: "Post.replies.items[]", "Post")
    problem(Manual.self, at: "Manual.inner.deep", "Manual")
    // From further out, and as an element.
    problem(Page<Tree>.self, at: "items[].children[]", "Tree")
    problem([Link].self, at: "[].next", "Link")
    problem([String: Link?].self, at: "[].next", "Link")
    // An enum with values beside its cases is refused before it is looked into.
    #expect(error(Sum.self)?.message.contains("values beside its cases") == true)
  }

  @Test func twiceBesideItselfIsNoRecursion() throws {
    struct Point: Decodable { var x: Int }
    struct Line: Decodable { var from: Point; var to: Point; var between: [Point]; var named: [String: Point] }
    let schema = try JSONSchema.of(Line.self)
    #expect(schema["properties"]?["to"]?["properties"]?["x"]?["type"] == "integer")
    #expect(schema["properties"]?["named"]?["additionalProperties"] == schema["properties"]?["from"])
  }

  @Test func aSchemaOfItsOwnIsTheWayOut() throws {
    struct Comment: Decodable, JSONSchemaProviding {
      var text: String
      var replies: [Comment]?
      static let jsonSchema: JSONValue = [
        "type": "object", "properties": ["text": ["type": "string"], "replies": ["type": "array"]],
        "required": ["text"],
      ]
    }
    struct Thread: Decodable { var first: Comment; var others: [Comment] }
    let schema = try JSONSchema.of(Thread.self)
    #expect(schema["properties"]?["first"] == Comment.jsonSchema)
    #expect(schema["properties"]?["others"]?["items"] == Comment.jsonSchema)
  }

  /// Before anything is sent: of a tool's arguments, and of an answer.
  @Test func callsThrowItAtTheFirstRead() async {
    let bench = ToolBench(ToolBench.done)
    let tool = ExecutableTool("plant") { (tree: Tree) in tree.name }
    #expect(tool.problem?.code == .badRequest)
    let ofTool = await #expect(throws: SpateError.self) { try await bench.stream([tool]).response }
    #expect(ofTool?.message.contains("Tree.children[]: Tree contains itself") == true)
    let ofAnswer = await #expect(throws: SpateError.self) {
      try await bench.client.stream("Plant", model: "m", as: Tree.self).value
    }
    #expect(ofAnswer?.message.contains("Tree.children[]: Tree contains itself") == true)
    #expect(bench.transport.requests.isEmpty)
  }
}
