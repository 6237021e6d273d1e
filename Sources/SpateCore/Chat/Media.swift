// SPDX-License-Identifier: Apache-2.0

/// An image, a document or a sound, by its address or by its bytes.
public struct Media: Sendable, Hashable {
  /// Where the content is.
  public enum Source: Sendable, Hashable {
    /// The provider fetches it. Also a `data:` address.
    case url(String)
    case bytes([UInt8])
    /// The provider's id of a file that was uploaded to it.
    case id(String)
  }

  /// Where the content is.
  public var source: Source
  /// `image/png`, `application/pdf`, `audio/wav`, ...; needed with bytes.
  public var mediaType: String?
  /// The name of a document.
  public var name: String?
  /// How closely an image is looked at, in the provider's word (OpenAI: `low`, `high`, `auto`).
  public var detail: String?
  /// Fields of the part that have no name here, by the provider's names: Anthropic's `citations` and `context`.
  public var extra: JSONObject = [:]
  /// What the provider wants back with it, where a model made it.
  public var seal: Seal?

  /// Content at an address.
  public static func url(_ url: String, mediaType: String? = nil, name: String? = nil, detail: String? = nil) -> Media {
    Media(source: .url(url), mediaType: mediaType, name: name, detail: detail)
  }

  /// Content at hand.
  public static func bytes(_ bytes: [UInt8], mediaType: String, name: String? = nil, detail: String? = nil) -> Media {
    Media(source: .bytes(bytes), mediaType: mediaType, name: name, detail: detail)
  }

  /// A file that was uploaded to the provider, by its id there.
  public static func id(_ id: String, mediaType: String? = nil, name: String? = nil, detail: String? = nil) -> Media {
    Media(source: .id(id), mediaType: mediaType, name: name, detail: detail)
  }

  private init(source: Source, mediaType: String?, name: String?, detail: String?) {
    self.source = source
    self.mediaType = mediaType
    self.name = name
    self.detail = detail
  }
}
