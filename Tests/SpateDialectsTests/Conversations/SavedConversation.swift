// SPDX-License-Identifier: Apache-2.0

import SpateCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Conversations as files have them.
enum SavedConversation {
  static func bytes(_ talk: Conversation) throws -> [UInt8] { Array(try JSONEncoder().encode(talk)) }

  static func read(_ text: String) throws -> Conversation {
    try JSONDecoder().decode(Conversation.self, from: Data(text.utf8))
  }

  static func loaded(_ talk: Conversation) throws -> Conversation {
    try JSONDecoder().decode(Conversation.self, from: JSONEncoder().encode(talk))
  }
}
