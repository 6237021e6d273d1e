// SPDX-License-Identifier: Apache-2.0

import SpateConformance
import SpateCore
import SpateDialects

extension Sweep {
  /// Section 3's round trips: what a recorded answer holds that nobody can read (signatures, encrypted and redacted
  /// thoughts, ids of calls) stands byte for byte in the next request in the same dialect.
  static let turns = Sweep(name: "turns", corpus: "captures") { shared, report in
    var counts: [OpaqueValue.Kind: Int] = [:]
    var (answers, lost) = (0, 0)
    for capture in try Capture.all(in: shared) {
      guard let turn = Self.turn(of: capture) else { continue }
      answers += 1
      let values = OpaqueValue.all(in: turn.native, of: capture.dialect.id)
      let texts: Set<String>
      do throws(SpateError) {
        texts = try Self.textsOfTheNextRequest(after: turn.message, in: capture.dialect)
      } catch {
        report.fail("\(capture.file): \(error)")
        continue
      }
      for value in values {
        counts[value.kind, default: 0] += 1
        if texts.contains(value.text) { continue }
        lost += 1
        report.fail("\(capture.file): \(value.kind) \(value.text.prefix(40))")
      }
    }
    if answers == 0 { report.fail("no answer in a known dialect") }
    let kinds = OpaqueValue.Kind.allCases.map { "\(counts[$0, default: 0]) \($0.rawValue)" }.joined(separator: ", ")
    report.figures = "\(answers) answers, \(kinds), \(lost) not in the next request"
  }

  private static func turn(of capture: Capture) -> (message: Message, native: [JSONValue])? {
    var context = capture.specimen.context
    context.includesNative = true
    let specimen = Specimen(dialect: capture.dialect, context: context, body: capture.body)
    let result = specimen.result()
    guard result.code == nil else { return nil }
    var accumulator = Accumulator()
    var native: [JSONValue] = []
    for event in result.events {
      if case .native(let event) = event, let value = event.json { native.append(value) }
      accumulator.add(event)
    }
    let message = accumulator.partial.message
    return message.content.isEmpty ? nil : (message, native)
  }

  /// Every text of the request that goes on from this turn.
  private static func textsOfTheNextRequest(
    after turn: Message, in dialect: any Dialect
  ) throws(SpateError) -> Set<String> {
    let provider = Provider(
      id: "any", name: "any", baseURL: "http://localhost", dialect: dialect.id,
      quirks: [.replaysReasoningContent, .replaysReasoningDetails, .replaysExtraContent])
    var talk = Conversation(["hi", turn])
    for call in talk.openCalls { talk.answer(call, "1") }
    talk.append("go on")
    let encoded = try dialect.encode(ChatRequest(model: "any", messages: talk.messages), for: provider)
    var texts: Set<String> = []
    do throws(WireError) { Self.collect(try JSONValue(parsing: encoded.body), &texts) } catch {
      throw SpateError(.decode, "the request is no JSON: \(error)")
    }
    return texts
  }

  private static func collect(_ value: JSONValue, _ texts: inout Set<String>) {
    switch value {
    case .string(let text): texts.insert(text)
    case .array(let list): for element in list { collect(element, &texts) }
    case .object(let object): for (_, value) in object.members { collect(value, &texts) }
    default: break
    }
  }
}

/// A text of an answer that only its provider can read. Found by the names of fields, in no way that the decoders know.
struct OpaqueValue: Hashable {
  enum Kind: String, CaseIterable {
    case signature = "signatures"
    case encrypted = "encrypted parts"
    case callID = "ids of calls"
  }

  var kind: Kind
  var text: String

  static func all(in events: [JSONValue], of dialect: DialectID) -> [OpaqueValue] {
    var finder = Finder(dialect: dialect)
    for event in events { finder.look(at: event) }
    return finder.found + finder.pieces.sorted { $0.key < $1.key }.map { OpaqueValue(kind: .signature, text: $0.value) }
  }

  private struct Finder {
    let dialect: DialectID
    var found: [OpaqueValue] = []
    /// Signatures that come in pieces, by block.
    var pieces: [Int: String] = [:]

    mutating func look(at event: JSONValue) {
      switch dialect {
      case .openAIResponses:
        // What an item says before it is done is not its last word.
        if event["type"] == "response.output_item.done" {
          walk(event["item"] ?? .null)
        } else {
          for item in event["output"]?.array ?? [] { walk(item) }
        }
      case .anthropic, .bedrockInvokeAnthropic:
        if event["delta"]?["type"] == "signature_delta" {
          pieces[event["index"]?.int ?? 0, default: ""] += event["delta"]?["signature"]?.string ?? ""
        } else {
          walk(event)
        }
      case .bedrockConverse:
        if let piece = event["delta"]?["reasoningContent"]?["signature"]?.string {
          pieces[event["contentBlockIndex"]?.int ?? 0, default: ""] += piece
        } else {
          walk(event)
        }
      default: walk(event)
      }
    }

    private mutating func walk(_ value: JSONValue) {
      switch value {
      case .array(let list): for element in list { walk(element) }
      case .object(let object):
        for (key, value) in object.members { take(key, value, of: object) }
      default: break
      }
    }

    private mutating func take(_ key: String, _ value: JSONValue, of object: JSONObject) {
      guard let text = value.string else {
        // Of several answers the first one goes on.
        let isList = key == "choices" || key == "candidates"
        guard isList, let list = value.array else { return walk(value) }
        for element in list where element["index"]?.int ?? 0 == 0 { walk(element) }
        return
      }
      guard !text.isEmpty, let kind = kind(of: key, in: object) else { return }
      let value = OpaqueValue(kind: kind, text: text)
      if !found.contains(value) { found.append(value) }
    }

    private func kind(of key: String, in object: JSONObject) -> Kind? {
      switch key {
      case "signature", "thoughtSignature", "thought_signature": .signature
      case "encrypted_content", "redactedContent", "encrypted_index": .encrypted
      case "data" where object["type"] == "redacted_thinking" || object["type"] == "reasoning.encrypted": .encrypted
      case "toolUseId", "call_id", "tool_use_id": .callID
      case "id" where isCall(object): .callID
      default: nil
      }
    }

    /// With a name: pieces of a call that never gets one are none.
    private func isCall(_ object: JSONObject) -> Bool {
      let type = object["type"]?.string ?? ""
      if type == "tool_use" || type == "server_tool_use" || type == "mcp_tool_use" { return true }
      if dialect == .gemini { return object["args"] != nil && object["name"] != nil }
      return object["function"]?["name"]?.string.map { !$0.isEmpty } ?? false
    }
  }
}
