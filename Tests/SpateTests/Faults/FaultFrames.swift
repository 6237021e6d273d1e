// SPDX-License-Identifier: Apache-2.0

import Spate
import SpateCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Frames as no dialect's writer makes them.
enum FaultFrame {
  /// A frame of the dialect with this in place of its JSON.
  static func of(_ payload: [UInt8], in dialect: DialectID, type: String = "brand_new") -> [UInt8] {
    switch dialect {
    case .ollama: return payload + [0x0A]
    case .bedrockConverse: return message(payload, type)
    case .bedrockInvokeAnthropic:
      let json: JSONValue = ["bytes": .string(Data(payload).base64EncodedString())]
      return message(json.bytes, "chunk")
    case .anthropic, .openAIResponses, .cohere:
      return Array("event: \(type)\ndata: ".utf8) + payload + [0x0A, 0x0A]
    default: return Array("data: ".utf8) + payload + [0x0A, 0x0A]
    }
  }

  private static func message(_ payload: [UInt8], _ type: String) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
      payload: payload)
  }

  /// An object that breaks off.
  static func malformed(_ dialect: DialectID) -> [UInt8] { of(Array(#"{"type": "brand_new", "#.utf8), in: dialect) }

  /// An event that no version of the dialect has.
  static func unknown(_ dialect: DialectID) -> [UInt8] {
    of(Array(#"{"type":"brand_new","novelty":{"depth":1}}"#.utf8), in: dialect)
  }

  /// What keeps a connection awake.
  static func heartbeat(_ dialect: DialectID) -> [UInt8] {
    dialect == .anthropic ? Array("event: ping\ndata: {\"type\": \"ping\"}\n\n".utf8) : Array(": still here\n\n".utf8)
  }

  /// An error that names neither type nor code.
  static func nameless(_ dialect: DialectID) -> [UInt8] {
    switch dialect {
    case .ollama: of(Array(#"{"error":"it broke"}"#.utf8), in: dialect)
    case .anthropic: of(Array(#"{"type":"error","error":{"message":"it broke"}}"#.utf8), in: dialect, type: "error")
    case .openAIResponses: of(Array(#"{"type":"error","message":"it broke"}"#.utf8), in: dialect, type: "error")
    default: of(Array(#"{"error":{"message":"it broke"}}"#.utf8), in: dialect)
    }
  }
}
