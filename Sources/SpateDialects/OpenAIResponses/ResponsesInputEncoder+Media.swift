// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Images, files and sounds.
extension ResponsesInputEncoder {
  func image(_ media: Media) throws(SpateError) -> JSONObject {
    var part: JSONObject = ["type": "input_image"]
    if case .id(let id) = media.source {
      part["file_id"] = .string(id)
    } else {
      part["image_url"] = .string(try Self.address(of: media, kind: "image"))
    }
    if let detail = media.detail { part["detail"] = .string(detail) }
    part.merge(media.extra)
    return part
  }

  func file(_ media: Media) throws(SpateError) -> JSONObject {
    var part: JSONObject = ["type": "input_file"]
    if let name = media.name { part["filename"] = .string(name) }
    switch media.source {
    case .id(let id): part["file_id"] = .string(id)
    case .url(let url) where !url.hasPrefix("data:"): part["file_url"] = .string(url)
    default: part["file_data"] = .string(try Self.address(of: media, kind: "file"))
    }
    if let detail = media.detail { part["detail"] = .string(detail) }
    part.merge(media.extra)
    return part
  }

  func audio(_ media: Media) throws(SpateError) -> JSONValue {
    guard case .bytes(let bytes) = media.source, let format = media.mediaType?.split(separator: "/").last else {
      throw SpateError(.badRequest, "\(provider.name) takes audio as bytes with a media type only, such as audio/wav")
    }
    let name = format == "mpeg" ? "mp3" : format == "x-wav" ? "wav" : String(format)
    var part: JSONObject = [
      "type": "input_audio", "input_audio": ["data": .string(Base64.encode(bytes)), "format": .string(name)],
    ]
    part.merge(media.extra)
    return .object(part)
  }

  private static func address(of media: Media, kind: String) throws(SpateError) -> String {
    switch media.source {
    case .url(let text), .id(let text): return text
    case .bytes(let bytes):
      guard let type = media.mediaType, !type.isEmpty else {
        throw SpateError(.badRequest, "the bytes of an \(kind) need a media type, such as image/png or application/pdf")
      }
      return "data:\(type);base64,\(Base64.encode(bytes))"
    }
  }
}
