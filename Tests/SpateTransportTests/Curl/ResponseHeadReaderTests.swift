// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateTransport

@Suite struct ResponseHeadReaderTests {
  private func read(_ lines: [String], expectsBody: Bool = true) throws(TransportError) -> [HTTPHead] {
    var reader = ResponseHeadReader(expectsBody: expectsBody)
    var heads: [HTTPHead] = []
    for line in lines {
      if let head = try reader.line(Array(line.utf8)) { heads.append(head) }
    }
    return heads
  }

  @Test func readsStatusAndFieldsInOrder() throws {
    let heads = try read(["HTTP/1.1 200 OK\r\n", "A: 1\r\n", "b:\t2 \r\n", "A:\r\n", "\r\n"])
    #expect(heads.map(\.status) == [200])
    #expect(heads.first?.fields.fields.map(\.name) == ["A", "b", "A"])
    #expect(heads.first?.fields.fields.map(\.value) == ["1", "2", ""])
  }

  @Test(arguments: ["HTTP/2 200 \r\n", "HTTP/3 200\r\n", "HTTP/1.0 200 Some: reason\r\n", "HTTP/1.1  200\n"])
  func readsTheStatusLine(line: String) throws {
    #expect(try read([line, "\r\n"]).map(\.status) == [200])
  }

  @Test func startsOverAtASecondStatusLine() throws {
    let heads = try read([
      "HTTP/1.1 103 Early Hints\r\n", "Early: 1\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "Late: 1\r\n", "\r\n",
    ])
    #expect(heads.count == 1)
    #expect(heads.first?.fields.fields.map(\.name) == ["Late"])
  }

  @Test func ignoresTrailersAndLinesThatAreNoFields() throws {
    let heads = try read([
      "HTTP/1.1 200 OK\r\n", "no colon\r\n", ": no name\r\n", "a b: 1\r\n", "\r\n", "T: 1\r\n", "\r\n",
    ])
    #expect(heads.map(\.fields) == [[:]])
  }

  @Test func repairsTextThatIsNotUTF8() throws {
    var reader = ResponseHeadReader(expectsBody: false)
    _ = try reader.line(Array("HTTP/1.1 200 OK\r\n".utf8))
    _ = try reader.line(Array("X: a".utf8) + [0xFF, 0x0D, 0x0A])
    #expect(try reader.line([0x0D, 0x0A])?.fields["x"] == "a\u{FFFD}")
  }

  @Test(
    arguments: [
      ["\r\n"], ["A: 1\r\n", "\r\n"], ["HTTP/1.1\r\n"], ["HTTP/1.1 20\r\n"], ["HTTP/1.1 2000\r\n"],
      ["HTTP/1.1 abc\r\n"], ["HTTP/1.1 -20\r\n"], ["HTTP/1.1 +20\r\n"], ["HTTP/1.1 099\r\n"],
      ["HTTP/1.1 101 X\r\n", "\r\n"], ["HTTP/1.1 200 OK\r\n", "A: 1\r\n", " 2\r\n"],
      ["HTTP/1.1 200 OK\r\n", "Content-Length: 1\r\n", "Content-Length: 2\r\n", "\r\n"],
      ["HTTP/1.1 200 OK\r\n", "Content-Length: 1,2\r\n", "\r\n"],
      ["HTTP/1.1 200 OK\r\n", "Content-Length:\r\n", "\r\n"],
      ["HTTP/1.1 200 OK\r\n", "Content-Length: +1\r\n", "\r\n"], ["HTTP/1.1 204 X\r\n", "\r\n"],
      ["HTTP/1.1 205 X\r\n", "\r\n"],
    ]) func refusesAsProtocol(lines: [String])
  {
    #expect { try read(lines) } throws: { ($0 as? TransportError)?.code == .protocol }
  }

  @Test func countsEveryHeaderByte() throws {
    var reader = ResponseHeadReader(expectsBody: true)
    _ = try reader.line(Array("HTTP/1.1 200 OK\r\n".utf8))
    let rest = ResponseHeadReader.limit - 17
    _ = try reader.line(Array("X: \(String(repeating: "x", count: rest - 7))\r\n".utf8))
    #expect(try reader.line(Array("\r\n".utf8)) != nil)
    #expect { _ = try reader.line([0x0D]) } throws: { ($0 as? TransportError)?.code == .limit }
  }
}

extension ResponseHeadReader {
  fileprivate mutating func line(_ bytes: [UInt8]) throws(TransportError) -> HTTPHead? { try line(bytes.span) }
}
