// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Tool {
  /// The tools that a server of the Model Context Protocol lists: its answer to `tools/list`, the `result` of it, or the
  /// bare list of `{name, description, inputSchema}`.
  ///
  /// Throws ``SpateError/Code/badRequest`` for a list that is none, and for names that providers do not take, of which the
  /// protocol has more.
  public static func imported(fromMCP list: JSONValue) throws(SpateError) -> [Tool] {
    guard let entries = (list["result"]?["tools"] ?? list["tools"] ?? list).array else {
      throw SpateError(.badRequest, "this is no list of MCP tools: it has neither an array nor \"tools\"")
    }
    var tools: [Tool] = []
    for entry in entries {
      guard let name = entry["name"]?.string else {
        throw SpateError(.badRequest, "an MCP tool has no name: \(DisplayText.bounded(entry.description, limit: 200))")
      }
      var tool = Tool(name: name, description: entry["description"]?.string ?? entry["title"]?.string)
      if var schema = entry["inputSchema"]?.object {
        // Which version of the schema's language it is written in: some providers refuse to be told.
        schema["$schema"] = nil
        tool.parameters = .object(schema)
      }
      guard tool.hasUsualName else {
        throw SpateError(
          .badRequest,
          "the MCP tool \(DisplayText.bounded(name, limit: 200)) needs another name: letters, digits, _ and -, at most 64"
        )
      }
      tools.append(tool)
    }
    return tools
  }
}

extension ExecutableTool {
  /// The tools that an MCP server lists, each of which is run by `call`: the way to the server is yours.
  ///
  /// ```swift
  /// let tools = try ExecutableTool.imported(fromMCP: list) { name, arguments in
  ///   ToolOutput(mcp: try await server.request("tools/call", ["name": .string(name), "arguments": arguments]))
  /// }
  /// ```
  public static func imported(
    fromMCP list: JSONValue, timeout: Duration? = nil,
    _ call: @escaping @Sendable (_ name: String, _ arguments: JSONValue) async throws -> ToolOutput
  ) throws(SpateError) -> [ExecutableTool] {
    try Tool.imported(fromMCP: list).map { tool in
      ExecutableTool(tool, timeout: timeout) { made in try await call(tool.name, made.value ?? [:]) }
    }
  }
}

extension ToolOutput {
  /// What an MCP server answered to `tools/call`, or the `result` of it: texts, images and sound; of a resource its text.
  public init(mcp answer: JSONValue) {
    let result = answer["result"] ?? answer
    var parts = (result["content"]?.array ?? []).map(Self.part)
    if parts.isEmpty, let structured = result["structuredContent"] { parts = [.text(structured.description)] }
    self.init(parts, isError: result["isError"]?.bool ?? false)
  }

  private static func part(_ block: JSONValue) -> ContentPart {
    let media = block["data"]?.string.flatMap { Base64.decode($0) }.map {
      Media.bytes($0, mediaType: block["mimeType"]?.string ?? "application/octet-stream")
    }
    switch (block["type"]?.string, media) {
    case ("text"?, _): return .text(block["text"]?.string ?? "")
    case ("image"?, let media?): return .image(media)
    case ("audio"?, let media?): return .audio(media)
    case ("resource"?, _): return .text(block["resource"]?["text"]?.string ?? block["resource"]?.description ?? "")
    default: return .text(block.description)
    }
  }
}
