// SPDX-License-Identifier: Apache-2.0

import Foundation
import Spate

/// The code of docs/tools.md.
enum ToolSnippets {
  struct Place: Decodable {
    var city: String
    var days: Int?
  }

  static func lookUp(_ city: String) async throws -> Int { 18 }

  static let weather = ExecutableTool("get_weather", description: "The weather of a city.") { (place: Place) in
    "18 degrees in \(place.city)"
  }

  static func first(_ client: Client) async throws {
    struct Place: Decodable {
      var city: String
      var days: Int?
    }
    let weather = ExecutableTool("get_weather", description: "The weather of a city.") { (place: Place) in
      "\(try await lookUp(place.city)) degrees in \(place.city)"
    }
    for try await text in client.stream("How is Oslo?", model: "gpt-4o", tools: [weather]).text {
      print(text, terminator: "")
    }
  }

  static func schemas() throws -> [JSONValue] {
    struct Trip: Decodable, JSONSchemaDescribing {
      enum Unit: String, Decodable, CaseIterable { case celsius, fahrenheit }
      var city: String
      var from: Date
      var unit: Unit?
      static let schemaDescriptions = ["city": "The city and its country: Oslo, Norway"]
    }
    let schema = try JSONSchema.of(Trip.self)
    let strict = try JSONSchema.of(Trip.self, isStrict: true)
    return [schema, strict]
  }

  static func kinds() -> [ExecutableTool] {
    struct Query: Decodable { var words: String }
    struct Hit: Encodable { var title: String; var page: Int }
    let search = ExecutableTool("search") { (query: Query) in [Hit(title: query.words, page: 3)] }
    let time = ExecutableTool("time", parameters: ["type": "object"]) { arguments in
      guard arguments["zone"] != nil else { return .error("say which time zone") }
      return .json(["hour": 12])
    }
    let patch = ExecutableTool(.custom(name: "apply_patch")) { call in .text("\(call.arguments.count) bytes") }
    return [search, time, patch]
  }

  static func events(_ client: Client, _ tools: [any ModelTool]) async throws -> Conversation {
    var talk = Conversation(["How is Oslo?"])
    let stream = client.stream(talk, model: "gpt-4o", tools: tools)
    for try await event in stream {
      switch event {
      case .text(let delta): print(delta.text, terminator: "")
      case .toolStart(let call): print("\n[\(call.name) \(call.arguments)]")
      case .toolResult(let execution): print("[\(execution.outcome.rawValue)]")
      case .roundFinish(let round): print("[round \(round.number): \(round.finish.usage?.output ?? 0) tokens]")
      case .finish(let finish): print("\n\(finish.reason), \(finish.usage?.output ?? 0) tokens in all")
      default: break
      }
    }
    let response = try await stream.response
    talk.append(response)
    return talk
  }

  static func approving(_ client: Client, _ tools: [any ModelTool], _ ask: @escaping @Sendable (String) async -> Bool)
    -> ResponseStream
  {
    let loop = ToolLoop(
      maxRounds: 5, timeout: .seconds(20),
      approve: { call in
        guard call.name == "delete" else { return .approved }
        return await ask("delete \(call.arguments)?") ? .approved : .denied("the user does not want that")
      })
    let stream = client.stream("Tidy up", model: "gpt-4o", tools: tools, loop: loop)
    return stream
  }

  static func hooks() -> ToolLoop {
    let loop = ToolLoop(
      prepareRound: { round in
        if round.number == 4 { round.options.toolChoice = ToolChoice.none }
      },
      stopWhen: { answer in answer.toolResults.contains { $0.call.name == "final_answer" } })
    return loop
  }

  static func failing() -> ToolLoop {
    let loop = ToolLoop(failsOn: [.unknownTool, .malformedArguments])
    return loop
  }

  static func imported(_ list: JSONValue, _ request: @escaping @Sendable (String, JSONValue) async throws -> JSONValue)
    throws -> [ExecutableTool]
  {
    let tools = try ExecutableTool.imported(fromMCP: list) { name, arguments in
      ToolOutput(mcp: try await request("tools/call", ["name": .string(name), "arguments": arguments]))
    }
    return tools
  }
}
