// SPDX-License-Identifier: Apache-2.0

/// An event of a provider's own protocol, byte for byte.
///
/// ```swift
/// for try await event in stream.native { print(event.type, event.json?["choices"]?[0] ?? nil) }
/// ```
public struct NativeEvent: Sendable, Hashable {
  /// The protocol's name for it: the `event:` field of a server-sent event, `message` where it has none.
  public var type: String
  /// Its payload as it came: mostly JSON, but also OpenAI's `[DONE]`, or the whole of an answer that is one document.
  public var bytes: [UInt8]

  /// An event with this payload.
  public init(type: String = "message", bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }

  /// The payload as text; what is no UTF-8 becomes U+FFFD.
  public var text: String { bytes.span.decodedString() }

  /// The payload, parsed anew at each call; nil where it is no JSON.
  public var json: JSONValue? {
    do { return try JSONValue(parsing: bytes) } catch { return nil }
  }
}
