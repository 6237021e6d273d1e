// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/typed-output.md.
enum TypedOutputSnippets {
  struct Recipe: Decodable {
    var title: String
    var minutes: Int?
    var steps: [String]
  }

  struct Draft: Decodable {
    var title: String?
    var steps: [String]?
  }

  static func value(_ client: Client) async throws -> Recipe {
    let recipe = try await client.stream("A recipe for bread", model: "gpt-4o", as: Recipe.self).value
    return recipe
  }

  static func drafts(_ client: Client) async throws -> Recipe {
    let stream = client.stream("A recipe for bread", model: "gpt-4o", as: Recipe.self)
    for try await draft in stream.partials(as: Draft.self) {
      print(draft.title ?? "...", draft.steps?.count ?? 0)
    }
    let recipe = try await stream.value
    return recipe
  }

  static func elements(_ stream: TypedStream<Recipe>) async throws {
    for try await step in stream.elements(of: String.self, at: "steps") { print("-", step) }
  }

  static func text(_ stream: TypedStream<Recipe>) async throws {
    for try await piece in stream.text(at: "summary") { print(piece, terminator: "") }
  }

  static func failing(_ stream: TypedStream<Recipe>) async throws {
    do {
      let recipe = try await stream.value
      print(recipe.title)
    } catch let error as SpateError where error.code == .invalidOutput {
      print(error.message, error.partial?.outcome ?? .failed, error.partial?.text ?? "")
    }
  }

  static func mended(_ client: Client) async throws {
    let answer = try await client.respond(to: "A recipe for bread", model: "gpt-4o", as: Recipe.self, repairs: 1)
    print(answer.value.title, answer.response.usage?.output ?? 0)
  }

  static func tools(_ client: Client) async throws {
    let save = Tool(name: "save", description: "Saves a recipe.")
    let reader = PartialReader<Draft>()
    for try await event in client.stream("Bread", model: "gpt-4o", tools: [save]) {
      guard case .toolInputDelta(let delta) = event else { continue }
      reader.feed(delta.arguments)
      print(reader.draft?.title ?? "...", reader.json.isClosed(at: "title"))
    }
  }
}
