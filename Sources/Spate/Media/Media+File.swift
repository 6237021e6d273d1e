// SPDX-License-Identifier: Apache-2.0

public import SpateCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Media {
  /// A file's content, read now. Its type is what its bytes say, else what its name says, unless `mediaType` is given.
  ///
  /// Throws ``SpateError/Code/badRequest`` for what is no readable file or has no known type, and
  /// ``SpateError/Code/tooLarge`` above `limit` bytes: nothing larger is read.
  public static func file(
    _ path: String, mediaType: String? = nil, limit: Int = 20 << 20, detail: String? = nil
  ) throws(SpateError) -> Media {
    let name = String(path.split(separator: "/").last ?? "")
    let bytes = try contents(of: path, limit: limit)
    guard !bytes.isEmpty else { throw SpateError(.badRequest, "\(path) is empty") }
    guard let type = mediaType ?? MediaType.detected(in: bytes) ?? MediaType.named(name) else {
      throw SpateError(.badRequest, "\(path) is of no kind that is known: give its mediaType")
    }
    return .bytes(bytes, mediaType: type, name: name, detail: detail)
  }

  private static func contents(of path: String, limit: Int) throws(SpateError) -> [UInt8] {
    // Not to wait for who writes a pipe; what is no file is refused behind it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SpateError(.badRequest, "\(path) can not be read: error \(errno)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SpateError(.badRequest, "\(path) is no file")
    }
    // The size may change while it is read: what counts is what comes.
    guard status.st_size <= limit else { throw tooLarge(path, limit) }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      var failure: Int32 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: min(64 << 10, limit + 1 - bytes.count)) { buffer, count in
        var result = read(descriptor, buffer.baseAddress, buffer.count)
        while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, buffer.count) }
        if result < 0 { failure = errno }
        count = max(result, 0)
      }
      guard failure == 0 else { throw SpateError(.badRequest, "\(path) can not be read: error \(failure)") }
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    throw tooLarge(path, limit)
  }

  private static func tooLarge(_ path: String, _ limit: Int) -> SpateError {
    SpateError(.tooLarge, "\(path) has more than \(limit) bytes")
  }
}

extension ContentPart {
  /// A file as the part that its type calls for: an image, a sound, or a document.
  ///
  /// ```swift
  /// let messages: [Message] = [.user(["What is in these?", try .attachment("photo.jpg"), try .attachment("paper.pdf")])]
  /// ```
  ///
  /// Throws what ``SpateCore/Media/file(_:mediaType:limit:detail:)`` does.
  public static func attachment(
    _ path: String, mediaType: String? = nil, limit: Int = 20 << 20
  ) throws(SpateError) -> ContentPart {
    let media = try Media.file(path, mediaType: mediaType, limit: limit)
    return switch media.mediaType?.split(separator: "/").first {
    case "image": .image(media)
    case "audio": .audio(media)
    default: .file(media)
    }
  }
}
