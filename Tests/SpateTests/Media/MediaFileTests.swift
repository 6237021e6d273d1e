// SPDX-License-Identifier: Apache-2.0

import Foundation
import Spate
import Testing

@Suite struct MediaFileTests {
  private func withFile(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) } }
    let path = folder.appending(path: name).path
    try Data(bytes).write(to: URL(filePath: path))
    try body(path)
  }

  @Test func theBytesSayTheType() throws {
    // Whatever the name says.
    try withFile("photo.txt", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0]) { path in
      let media = try Media.file(path)
      #expect(media.mediaType == "image/jpeg" && media.name == "photo.txt")
      #expect(media.source == .bytes([0xFF, 0xD8, 0xFF, 0xE0, 0, 0]))
      guard case .image = try ContentPart.attachment(path) else {
        Issue.record("no image")
        return
      }
    }
    try withFile("paper.pdf", Array("%PDF-1.7\n".utf8)) { path in
      guard case .file(let media) = try ContentPart.attachment(path) else {
        Issue.record("no file")
        return
      }
      #expect(media.mediaType == "application/pdf")
    }
    try withFile("talk", Array("RIFF\0\0\0\0WAVEfmt ".utf8)) { path in
      guard case .audio = try ContentPart.attachment(path) else {
        Issue.record("no sound")
        return
      }
    }
    try withFile("notes.md", Array("# Notes".utf8)) { path in
      let media = try Media.file(path)
      #expect(media.mediaType == "text/markdown")
    }
  }

  @Test func limits() throws {
    let bytes = MediaFileTests.text(1000)
    try withFile("a.txt", bytes) { path in
      #expect(throws: SpateError.self) { try Media.file(path, limit: 999) }
      for limit in [1000, 1001] {
        let media = try Media.file(path, limit: limit)
        #expect(media.source == .bytes(bytes))
      }
    }
  }

  private static func text(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "x"), count: count) }

  @Test func whatCanNotBeReadSaysWhy() throws {
    func code(_ path: String) -> SpateError.Code? {
      do {
        _ = try Media.file(path)
        return nil
      } catch { return error.code }
    }
    #expect(code("/nowhere/at/all.png") == .badRequest)
    #expect(code("/tmp") == .badRequest && code("/dev/null") == .badRequest && code("/dev/zero") == .badRequest)
    try withFile("empty.png", []) { #expect(code($0) == .badRequest) }
    try withFile("unknown", [1, 2, 3]) { path in
      #expect(code(path) == .badRequest)
      let media = try Media.file(path, mediaType: "image/x-own")
      #expect(media.mediaType == "image/x-own")
    }
  }

  @Test(
    arguments: [
      ("89504E470D0A1A0A", "image/png"), ("FFD8FFE1", "image/jpeg"), ("474946383961", "image/gif"),
      ("52494646000000005745425000", "image/webp"), ("524946460000000057415645", "audio/wav"),
      ("255044462D312E34", "application/pdf"), ("4944330400", "audio/mpeg"), ("FFFB9000", "audio/mpeg"),
      ("FFF15080", "audio/aac"), ("664C6143", "audio/flac"), ("4F676753", "audio/ogg"), ("1A45DFA3", "video/webm"),
      ("00000018667479706D703432", "video/mp4"), ("000000186674797068656963", "image/heic"),
      ("00000018667479704D344120", "audio/mp4"), ("000000186674797061766966", "image/avif"), ("48656C6C6F", nil),
      ("", nil),
      ("FF", nil), ("52494646", nil),
    ] as [(String, String?)])
  func magicBytes(_ hex: String, _ type: String?) {
    var bytes: [UInt8] = []
    var rest = hex[...]
    while !rest.isEmpty {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    #expect(MediaType.detected(in: bytes) == type)
  }
}
