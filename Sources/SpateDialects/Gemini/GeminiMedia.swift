// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// An image, a sound or a file in Gemini's shape: `inlineData` with bytes, `fileData` with an address.
struct GeminiMedia {
  /// The part in the form of all providers.
  let part: ContentPart

  /// Nil for a part that says more than ours can hold: it is kept as it is.
  init?(_ value: JSONValue) {
    guard let fields = value.object else { return nil }
    var media: Media
    if let data = fields["inlineData"] {
      guard let type = data["mimeType"]?.string, !type.isEmpty, let text = data["data"]?.string,
        let bytes = Base64.decode(text), Base64.encode(bytes) == text, data.object?.members.count == 2
      else { return nil }
      media = .bytes(bytes, mediaType: type)
    } else if let file = fields["fileData"] {
      guard let address = file["fileUri"]?.string,
        file.object?.keys.allSatisfy({ $0 == "fileUri" || $0 == "mimeType" }) ?? false
      else { return nil }
      media = .url(address, mediaType: file["mimeType"]?.string)
    } else {
      return nil
    }
    var rest = fields
    for name in ["inlineData", "fileData", "thoughtSignature"] { rest[name] = nil }
    guard rest.isEmpty else { return nil }
    if let signature = fields["thoughtSignature"]?.string { media.seal = Seal(dialect: .gemini, signature: signature) }
    part =
      switch media.mediaType?.split(separator: "/").first {
      case "image": .image(media)
      case "audio": .audio(media)
      default: .file(media)
      }
  }
}
