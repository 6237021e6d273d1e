// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What Converse calls the formats of media, which have media types everywhere else.
enum ConverseMedia {
  enum Kind: String {
    case image, document, video, audio
  }

  private static let formats: [(kind: Kind, type: String, format: String)] = [
    (.image, "image/png", "png"), (.image, "image/jpeg", "jpeg"), (.image, "image/jpg", "jpeg"),
    (.image, "image/gif", "gif"), (.image, "image/webp", "webp"),
    (.document, "application/pdf", "pdf"), (.document, "text/csv", "csv"), (.document, "application/msword", "doc"),
    (.document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    (.document, "application/vnd.ms-excel", "xls"),
    (.document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    (.document, "text/html", "html"), (.document, "text/plain", "txt"), (.document, "text/markdown", "md"),
    (.video, "video/x-matroska", "mkv"), (.video, "video/quicktime", "mov"), (.video, "video/mp4", "mp4"),
    (.video, "video/webm", "webm"), (.video, "video/x-flv", "flv"), (.video, "video/mpeg", "mpeg"),
    (.video, "video/x-ms-wmv", "wmv"), (.video, "video/3gpp", "three_gp"), (.video, "video/mpg", "mpg"),
    (.audio, "audio/mpeg", "mp3"), (.audio, "audio/mp3", "mp3"), (.audio, "audio/wav", "wav"),
    (.audio, "audio/x-wav", "wav"), (.audio, "audio/aac", "aac"), (.audio, "audio/flac", "flac"),
    (.audio, "audio/ogg", "ogg"), (.audio, "audio/opus", "opus"), (.audio, "audio/mp4", "mp4"),
    (.audio, "audio/m4a", "m4a"), (.audio, "audio/x-m4a", "m4a"), (.audio, "audio/webm", "webm"),
    (.audio, "audio/x-matroska", "mka"), (.audio, "audio/pcm", "pcm"), (.audio, "audio/mpga", "mpga"),
    (.audio, "audio/x-aac", "x-aac"), (.audio, "audio/mkv", "mkv"), (.audio, "audio/x-mpeg", "mpeg"),
  ]

  /// The format of a media type; parameters of the type say nothing about it.
  static func format(of type: String, in kind: Kind) -> String? {
    let type = type.prefix { $0 != ";" }.lowercased()
    return formats.first { $0.kind == kind && $0.type == type }?.format
  }

  /// The media type of a format.
  static func type(of format: String, in kind: Kind) -> String? {
    formats.first { $0.kind == kind && $0.format == format }?.type
  }

  /// The format that the end of a name says.
  static func format(ofName name: String, in kind: Kind) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    let format = ["jpg": "jpeg", "htm": "html", "3gp": "three_gp"][ending] ?? ending
    return formats.contains { $0.kind == kind && $0.format == format } ? format : nil
  }
}
