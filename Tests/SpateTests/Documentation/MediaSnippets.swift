// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/media.md.
enum MediaSnippets {
  static func asking(_ client: Client) async throws -> Response {
    let message = Message.user([
      "What is in these?", try .attachment("photo.jpg"), .image(.url("https://images.example.com/cat.png")),
    ])
    let response = try await client.stream([message], model: "gpt-4o").response
    return response
  }

  static func clients() -> [Client] {
    let client = Client(mediaFetching: MediaFetching(hosts: ["images.example.com"], limit: 5 << 20))
    let careful = Client(mediaFetching: .off)
    return [client, careful]
  }
}
