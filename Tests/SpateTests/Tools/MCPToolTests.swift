// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Tools that a server of the Model Context Protocol lists.
@Suite(.timeLimit(.minutes(10))) struct MCPToolTests {
  private static let list: JSONValue = [
    "tools": [
      [
        "name": "weather", "title": "Weather", "description": "Of a city",
        "inputSchema": [
          "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
          "properties": ["city": ["type": "string"]], "required": ["city"],
        ],
        "annotations": ["readOnlyHint": true],
      ],
      ["name": "now", "title": "The time", "inputSchema": ["type": "object"]],
    ],
    "nextCursor": "x",
  ]

  @Test func aListBecomesTools() throws {
    let reply: JSONValue = ["jsonrpc": "2.0", "id": 1, "result": Self.list]
    let bare = try #require(Self.list["tools"])
    for form in [Self.list, reply, bare] {
      let tools = try Tool.imported(fromMCP: form)
      #expect(tools.map(\.name) == ["weather", "now"] && tools.map(\.description) == ["Of a city", "The time"])
      #expect(
        tools[0].parameters
          == ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]])
    }
  }

  @Test func whatIsNoListOrHasNoUsualNameIsRefused() {
    for list: JSONValue in [
      "tools", [:], [[:]], [["name": ""]], [["name": "files/read"]],
      [["name": .string(String(repeating: "n", count: 65))]],
    ] {
      do throws(SpateError) {
        _ = try Tool.imported(fromMCP: list)
        Issue.record("\(list) was taken")
      } catch { #expect(error.code == .badRequest) }
    }
  }

  @Test func importedToolsRunThroughTheCallersWay() async throws {
    let bench = ToolBench(ToolBench.oslo, ToolBench.done)
    let tools = try ExecutableTool.imported(fromMCP: Self.list) { name, arguments in
      bench.log.update { $0.append("\(name) \(arguments)") }
      return ToolOutput(mcp: ["result": ["content": [["type": "text", "text": "18"]], "isError": true]])
    }
    let response = try await bench.stream(tools).response
    #expect(bench.log.now == [#"weather {"city":"Oslo"}"#])
    #expect(response.rounds[0].toolResults.map(\.outcome) == [.failed])
    #expect(try bench.toolMessages(1).map { $0["content"] } == ["18"])
  }

  @Test func answersOfServers() {
    let answer: JSONValue = [
      "content": [
        ["type": "text", "text": "a"], ["type": "image", "data": "aGk=", "mimeType": "image/png"],
        ["type": "audio", "data": "aGk=", "mimeType": "audio/wav"], ["type": "image", "data": "?"],
        ["type": "resource", "resource": ["uri": "file:///a", "text": "b"]],
      ]
    ]
    let hi = Array("hi".utf8)
    #expect(
      ToolOutput(mcp: answer)
        == .parts([
          "a", .image(.bytes(hi, mediaType: "image/png")), .audio(.bytes(hi, mediaType: "audio/wav")),
          .text(#"{"type":"image","data":"?"}"#), "b",
        ]))
    #expect(ToolOutput(mcp: ["content": [], "structuredContent": ["a": 1]]) == .text(#"{"a":1}"#))
  }

  @Test func whatClosuresReturn() throws {
    struct Weather: Encodable { var degrees = 18 }
    #expect(try ToolOutput(encoding: "words") == .text("words"))
    #expect(try ToolOutput(encoding: Weather()) == .text(#"{"degrees":18}"#))
    #expect(try ToolOutput(encoding: ["b": 1, "a": 2] as JSONValue) == .text(#"{"b":1,"a":2}"#))
    #expect(try ToolOutput(encoding: [ContentPart.text("a")]) == .text("a"))
    #expect(try ToolOutput(encoding: [1, 2]) == .text("[1,2]"))
  }
}
