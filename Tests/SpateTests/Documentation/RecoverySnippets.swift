// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/recovery.md.
enum RecoverySnippets {
  static func policies() -> ResponseStream {
    let client = Client(recovery: Recovery(maxRetries: 4))
    let stream = client.stream("Tell me a story", model: "gpt-4o", recovery: Recovery(fallbacks: ["claude-sonnet-4-5"]))
    return stream
  }

  static func restarts(_ client: Client) async throws -> String {
    var shown = ""
    for try await event in client.stream("Tell me a story", model: "gpt-4o", recovery: Recovery(onCut: .restart)) {
      switch event {
      case .text(let delta): shown += delta.text
      case .restarted: shown = ""
      default: break
      }
    }
    return shown
  }
}
