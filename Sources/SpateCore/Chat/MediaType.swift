// SPDX-License-Identifier: Apache-2.0

/// What kind of media bytes are, by how they begin: names of files and headers lie, and providers go by the type.
public enum MediaType {
  /// The media type of `bytes`: images, PDF, sound and film. Nil where the beginning says nothing, as that of text does.
  public static func detected(in bytes: [UInt8]) -> String? {
    func has(_ text: String, at place: Int = 0) -> Bool {
      bytes.count >= place + text.utf8.count && bytes[place...].starts(with: text.utf8)
    }
    func has(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }

    if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if has([0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if has("GIF87a") || has("GIF89a") { return "image/gif" }
    if has("RIFF") { return has("WEBP", at: 8) ? "image/webp" : has("WAVE", at: 8) ? "audio/wav" : nil }
    if has("BM") && bytes.count >= 26 { return "image/bmp" }
    if has([0x49, 0x49, 0x2A, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2A]) { return "image/tiff" }
    if has("%PDF-") { return "application/pdf" }
    if has("fLaC") { return "audio/flac" }
    if has("OggS") { return "audio/ogg" }
    if has("ID3") { return "audio/mpeg" }
    if has([0x1A, 0x45, 0xDF, 0xA3]) { return "video/webm" }
    if has("ftyp", at: 4), bytes.count >= 12 { return brand(String(decoding: bytes[8..<12], as: UTF8.self)) }
    // MPEG's frames begin with eleven bits; ADTS has no layer.
    if bytes.count >= 2, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 {
      return bytes[1] & 0xF6 == 0xF0 ? "audio/aac" : bytes[1] & 0x06 != 0 ? "audio/mpeg" : nil
    }
    return nil
  }

  private static func brand(_ name: String) -> String {
    switch name {
    case "heic", "heix", "hevc", "mif1", "msf1": "image/heic"
    case "avif", "avis": "image/avif"
    case "M4A ", "M4B ": "audio/mp4"
    case "qt  ": "video/quicktime"
    default: "video/mp4"
    }
  }

  /// The media type that the end of a file's name stands for; nil for others.
  public static func named(_ name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return endings[name[name.index(after: dot)...].lowercased()]
  }

  private static let endings = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "heic": "image/heic", "avif": "image/avif", "pdf": "application/pdf", "mp3": "audio/mpeg", "wav": "audio/wav",
    "flac": "audio/flac", "ogg": "audio/ogg", "opus": "audio/ogg", "m4a": "audio/mp4", "aac": "audio/aac",
    "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "txt": "text/plain", "md": "text/markdown",
    "csv": "text/csv", "html": "text/html", "htm": "text/html", "json": "application/json", "xml": "text/xml",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  ]
}
