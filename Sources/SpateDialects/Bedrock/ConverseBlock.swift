// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension ContentPart {
  /// The blocks of a part of a model's turn, as the model's provider sends them and takes them back; none where it says
  /// nothing, nil where Converse has no form for it. `isServer`: thoughts and media that the model made are written too.
  func converseBlocks(isServer: Bool = false) -> [JSONObject]? {
    switch self {
    case .text(let text), .refusal(let text):
      // An empty block is refused, and says nothing.
      text.isEmpty ? [] : [["text": .string(text)]]
    case .annotated(let text): text.converseBlocks
    case .reasoning(let reasoning): reasoning.converseBlocks(isServer: isServer)
    case .toolCall(let call): [["toolUse": .object(call.converseUse)]]
    case .providerTool(let tool): tool.converseBlocks(isServer: isServer)
    case .native(let native):
      native.dialect == .bedrockConverse ? native.value.object.map { [$0] } : nil
    case .cachePoint(let point): [point.converse]
    case .image(let media) where isServer: media.converseImage.map { [$0] }
    default: nil
    }
  }
}

extension AnnotatedText {
  /// Words with their citations; citations without words come so too.
  fileprivate var converseBlocks: [JSONObject] {
    let hasOwn = seal?.isFor(.bedrockConverse) ?? true
    guard hasOwn, !citations.isEmpty else { return text.isEmpty ? [] : [["text": .string(text)]] }
    var content: JSONObject = [:]
    if !text.isEmpty { content["content"] = [["text": .string(text)]] }
    content["citations"] = .array(citations)
    return [["citationsContent": .object(content)]]
  }
}

extension Reasoning {
  /// Rules N1, N3: as they came, or not at all: Claude refuses thoughts without its signature, and others take none.
  fileprivate func converseBlocks(isServer: Bool) -> [JSONObject]? {
    let seal = seal.flatMap { $0.isFor(.bedrockConverse) ? $0 : nil }
    var blocks: [JSONObject] = []
    if seal?.signature != nil || isServer && !text.isEmpty {
      var words: JSONObject = ["text": .string(text)]
      if let signature = seal?.signature { words["signature"] = .string(signature) }
      blocks.append(["reasoningContent": ["reasoningText": .object(words)]])
    }
    blocks += (seal?.details?.array ?? [seal?.details].compactMap(\.self)).compactMap(\.object)
    return blocks.isEmpty ? nil : blocks
  }
}

extension ToolCall {
  /// The arguments as an object; a custom tool's text in one.
  fileprivate var converseUse: JSONObject {
    var use: JSONObject = ["toolUseId": .string(Self.converseID(id)), "name": .string(name)]
    if isCustom {
      use["input"] = ["input": .string(arguments)]
    } else if let input = value, case .object = input {
      use["input"] = input
    } else {
      use["input"] = [:]
    }
    if let seal, seal.isFor(.bedrockConverse), let rest = seal.details?.object { use.merge(rest) }
    return use
  }

  /// Ids of calls are at most 64 letters, digits and `_.:-` here; those of other providers may be anything.
  static func converseID(_ id: String) -> String {
    let plain = id.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ":": scalar
      default: "_"
      }
    }
    // Their ends differ, where they have a common beginning.
    return String(String.UnicodeScalarView(plain.suffix(64)))
  }
}

extension ProviderTool {
  /// As it came; a server also writes what another dialect's tool did.
  fileprivate func converseBlocks(isServer: Bool) -> [JSONObject]? {
    if seal.isFor(.bedrockConverse), let block = seal.details?.object { return [block] }
    guard isServer else { return nil }
    var blocks: [JSONObject] = []
    if let input {
      let call = ToolCall(id: id, name: name, arguments: input)
      var use = call.converseUse
      use["type"] = "server_tool_use"
      blocks.append(["toolUse": .object(use)])
    }
    if let output {
      blocks.append([
        "toolResult": [
          "toolUseId": .string(ToolCall.converseID(id)), "content": [["json": output]],
          "status": isError ? "error" : "success", "type": .string(name + "_result"),
        ]
      ])
    }
    return blocks
  }
}

extension CachePoint {
  /// A block of its own.
  var converse: JSONObject {
    var fields: JSONObject = ["type": "default"]
    if let lifetime { fields["ttl"] = .string(lifetime) }
    return ["cachePoint": .object(fields)]
  }
}

extension Media {
  /// An image that a model made.
  fileprivate var converseImage: JSONObject? {
    guard case .bytes(let bytes) = source, let type = mediaType,
      let format = ConverseMedia.format(of: type, in: .image)
    else { return nil }
    return ["image": ["format": .string(format), "source": ["bytes": .string(Base64.encode(bytes))]]]
  }
}
