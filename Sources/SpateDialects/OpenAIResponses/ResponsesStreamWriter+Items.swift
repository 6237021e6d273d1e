// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Items that come whole, with their seals, and calls.
extension ResponsesStreamWriter {
  // MARK: Seals

  /// The whole item, if it came in this dialect: also one of which nothing can be read.
  mutating func seal(_ detail: BlockSeal) {
    guard detail.choice == 0, detail.seal.dialect == .openAIResponses, let details = detail.details?.object else {
      return
    }
    let known = items.indices.last { items[$0].kind == .reasoning && items[$0].block == detail.block }
    var item = known ?? items.count
    if known == nil {
      item = open(.reasoning, prefix: "rs")
      items[item].block = detail.block
      if let id = details["id"]?.string { items[item].id = id }
      announce(item)
    }
    guard !items[item].isDone else { return }
    items[item].details = details
    close(item)
  }

  mutating func sealWords(_ detail: BlockSeal) {
    guard detail.choice == 0, detail.seal.dialect == .openAIResponses, let details = detail.details?.object else {
      return
    }
    let item = items.indices.last { place in
      items[place].kind == .message && items[place].parts.contains { $0.kind == .text && $0.block == detail.block }
    }
    guard let item, !items[item].isDone else { return }
    items[item].details = details
    close(item)
  }

  // MARK: Tools

  mutating func beginCall(_ start: ToolInputStart) {
    let item = open(.call(start.index), prefix: "fc")
    let isCustom = request.tools.contains { tool in
      if case .custom = tool.kind { tool.name == start.name } else { false }
    }
    items[item].call = ToolCall(id: start.id, name: start.name, arguments: "", isCustom: isCustom)
    announce(item)
  }

  mutating func write(_ delta: ToolInputDelta) {
    guard let item = items.lastIndex(where: { $0.kind == .call(delta.index) && !$0.isDone }) else { return }
    let isCustom = items[item].call?.isCustom == true
    items[item].call?.arguments += delta.arguments
    send(
      isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", at: place(item),
      ["delta": .string(delta.arguments)])
  }

  mutating func end(_ call: ToolCall) {
    var item = items.firstIndex { $0.call?.id == call.id && !$0.isDone }
    if item == nil {
      let new = open(.call(-1), prefix: "fc")
      items[new].call = ToolCall(id: call.id, name: call.name, arguments: "", isCustom: call.isCustom)
      announce(new)
      item = new
    }
    guard let item else { return }
    items[item].call = call
    if call.seal?.dialect == .openAIResponses { items[item].details = call.seal?.details?.object }
    close(item, status: call.isComplete ? "completed" : "incomplete")
  }

  mutating func beginTool(_ tool: ToolInputStart) {
    let item = open(.tool(tool.name), prefix: tool.name)
    items[item].id = tool.id
    announce(item)
  }

  mutating func end(_ tool: ProviderTool) {
    let known = items.firstIndex { $0.kind == .tool(tool.name) && $0.id == tool.id && !$0.isDone }
    var item = known ?? items.count
    if known == nil {
      item = open(.tool(tool.name), prefix: tool.name)
      items[item].id = tool.id
    }
    items[item].details = tool.responsesItem.object
    if known == nil { announce(item) }
    close(item)
  }

  mutating func write(_ part: ContentPart) {
    switch part {
    case .native(let native) where native.dialect == .openAIResponses:
      let item = open(.tool(native.type), prefix: native.type)
      items[item].details = native.value.object
      announce(item)
      close(item)
    // One of this dialect's own came with its tool's item.
    case .image(let media) where media.seal?.dialect != .openAIResponses:
      guard case .bytes(let bytes) = media.source else { break }
      let item = open(.tool("image_generation"), prefix: "ig")
      announce(item)
      let format = media.mediaType?.split(separator: "/").last.map(String.init) ?? "png"
      items[item].details = [
        "type": "image_generation_call", "id": .string(items[item].id), "status": "completed",
        "output_format": .string(format), "result": .string(Base64.encode(bytes)),
      ]
      close(item)
    default: break
    }
  }
}
