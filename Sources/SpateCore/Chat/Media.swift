// SPDX-License-Identifier: Apache-2.0

/// An image, a document or a sound, by its address or by its bytes.
public struct Media: Sendable, Hashable, Codable {
  /// Where the content is.
  public enum Source: Sendable, Hashable, Codable {
    /// The provider fetches it. Also a `data:` address, or the id of an uploaded file where the provider has them.
    case url(String)
    case bytes([UInt8])
  }

  /// Where the content is.
  public var source: Source
  /// `image/png`, `application/pdf`, `audio/wav`, ...; needed with bytes.
  public var mediaType: String?
  /// The name of a document.
  public var name: String?
  /// How closely an image is looked at, in the provider's word (OpenAI: `low`, `high`, `auto`).
  public var detail: String?

  /// Content at an address.
  public static func url(_ url: String, mediaType: String? = nil, name: String? = nil, detail: String? = nil) -> Media {
    Media(source: .url(url), mediaType: mediaType, name: name, detail: detail)
  }

  /// Content at hand.
  public static func bytes(_ bytes: [UInt8], mediaType: String, name: String? = nil, detail: String? = nil) -> Media {
    Media(source: .bytes(bytes), mediaType: mediaType, name: name, detail: detail)
  }

  private init(source: Source, mediaType: String?, name: String?, detail: String?) {
    self.source = source
    self.mediaType = mediaType
    self.name = name
    self.detail = detail
  }
}
