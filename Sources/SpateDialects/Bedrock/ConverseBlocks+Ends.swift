// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What blocks give when they end.
extension ConverseBlocks {
  /// A block as it ended: what was kept of it until now.
  mutating func end(at index: Int, into events: inout [StreamEvent]) {
    guard let place = open.lastIndex(where: { $0.index == index }) else { return }
    var block = open.remove(at: place)
    let rest = block.joiner.finish()
    repairs += block.joiner.repairs
    switch block.kind {
    case .unknown: give(block, "", into: &events)
    case .text: give(rest, of: block.number, into: &events)
    case .thinking:
      if let rest { events.append(.reasoning(TextDelta(rest, block: block.number))) }
      giveRedacted(block, into: &events)
    case .call(let call):
      guard let rest else { break }
      calls.end(call, rest, into: &events)
    case .serverCall: events.append(.providerTool(Self.serverCall(block.value, block.input + (rest ?? ""))))
    case .serverResult: giveResult(block, into: &events)
    case .image: giveImage(block, into: &events)
    case .opaque: give(block, block.value.keys.first ?? "", into: &events)
    }
  }

  mutating func endAll(into events: inout [StreamEvent]) {
    for block in open { end(at: block.index, into: &events) }
  }

  /// Rule N3: opaque, never shown, goes back as it came.
  func giveRedacted(_ block: Block, into events: inout [StreamEvent]) {
    guard !block.redacted.isEmpty else { return }
    var text = block.redacted.joined()
    if block.redacted.count > 1 {
      // Pieces of bytes, each in base64 of its own.
      let pieces = block.redacted.compactMap { Base64.decode($0) }
      if pieces.count == block.redacted.count { text = Base64.encode(pieces.flatMap(\.self)) }
    }
    let details: JSONValue = ["reasoningContent": ["redactedContent": .string(text)]]
    events.append(
      .reasoningDetail(BlockSeal(Seal(dialect: .bedrockConverse, details: details), block: block.number)))
  }

  private static func serverCall(_ value: JSONObject, _ pieces: String) -> ProviderTool {
    var fields = value
    if !pieces.isEmpty || fields["input"] == nil {
      // Cut arguments stay with the call, and out of what is sent back.
      let text = pieces.isEmpty ? "{}" : pieces
      do throws(WireError) { fields["input"] = try JSONValue(parsing: text) } catch { fields["input"] = [:] }
    }
    return ProviderTool(
      id: value["toolUseId"]?.string ?? "", name: value["name"]?.string ?? "",
      input: pieces.isEmpty ? fields["input"]?.description ?? "{}" : pieces,
      seal: Seal(dialect: .bedrockConverse, details: ["toolUse": .object(fields)]))
  }

  private func giveResult(_ block: Block, into events: inout [StreamEvent]) {
    var fields = block.value
    fields["content"] = .array(block.pieces)
    let id = fields["toolUseId"]?.string ?? ""
    let suffix = "_result"
    var name = serverTools[id] ?? fields["type"]?.string ?? ""
    if name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    events.append(
      .providerTool(
        ProviderTool(
          id: id, name: name, output: .array(block.pieces), isError: fields["status"] == "error",
          seal: Seal(dialect: .bedrockConverse, details: ["toolResult": .object(fields)]))))
  }

  private func giveImage(_ block: Block, into events: inout [StreamEvent]) {
    let format = block.value["format"]?.string ?? ""
    guard !block.bytes.isEmpty, let type = ConverseMedia.type(of: format, in: .image) else {
      let value: JSONValue = ["image": .object(block.value)]
      return events.append(
        .part(WholePart(.native(NativePart(dialect: .bedrockConverse, type: "image", value: value)))))
    }
    events.append(.part(WholePart(.image(.bytes(block.bytes, mediaType: type)))))
  }

  /// A block that is new to us: as it came, or as its deltas say it.
  private func give(_ block: Block, _ type: String, into events: inout [StreamEvent]) {
    var value = block.value
    for piece in block.pieces { Self.grow(&value, by: piece.object ?? [:]) }
    guard let name = value.keys.first else { return }
    let type = type.isEmpty ? name : type
    events.append(
      .part(WholePart(.native(NativePart(dialect: .bedrockConverse, type: type, value: .object(value))))))
  }

  /// Texts are appended, objects grow in their turn, everything else replaces what was there.
  private static func grow(_ value: inout JSONObject, by delta: JSONObject) {
    for (key, more) in delta.members {
      switch (value[key], more) {
      case (.string(let text)?, .string(let more)): value[key] = .string(text + more)
      case (.array(let list)?, .array(let more)): value[key] = .array(list + more)
      case (.object(var object)?, .object(let more)):
        grow(&object, by: more)
        value[key] = .object(object)
      default: value[key] = more
      }
    }
  }

  /// The calls as they ended. `isWhole`: the answer has an end, and no limit was it.
  func giveCalls(isWhole: Bool, into events: inout [StreamEvent]) {
    calls.giveAll(isWhole: isWhole, into: &events)
  }
}
