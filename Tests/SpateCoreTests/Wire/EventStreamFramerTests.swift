// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCore

@Suite struct EventStreamFramerTests {
  struct Run: Hashable {
    var messages: [String] = []
    var isWhole = false
    var error: WireError?

    init(_ pieces: [[UInt8]], messageLimit: Int = 24 << 20) {
      var framer = EventStreamFramer(messageLimit: messageLimit)
      do throws(WireError) {
        for piece in pieces {
          var position = 0
          while try framer.next(piece.span, &position) {
            let headers = framer.textHeaders.map { "\($0.name)=\($0.text)" }.joined(separator: ",")
            messages.append("\(headers)|\(String(decoding: framer.message[framer.payload], as: UTF8.self))")
          }
        }
      } catch {
        self.error = error
        return
      }
      isWhole = framer.finish()
    }
  }

  static func message(_ type: String, _ payload: String) -> [UInt8] {
    EventStreamWriter.message(
      headers: [(":event-type", type), (":message-type", "event")], payload: Array(payload.utf8))
  }

  static func run(_ bytes: [UInt8], messageLimit: Int = 24 << 20) -> Run {
    Splits.sameForAll(bytes) { Run($0, messageLimit: messageLimit) }
  }

  @Test func theChecksumIsTheOneOfIEEE() {
    // The check value of the CRC catalogue, and lengths on both sides of a step of eight.
    #expect(CRC32.of(Array("123456789".utf8).span) == 0xCBF4_3926)
    #expect(CRC32.of([UInt8]().span) == 0)
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for count in 0..<40 {
      var (whole, single) = (CRC32(), CRC32())
      whole.add(bytes.span.extracting(first: count))
      for place in 0..<count { single.add(bytes.span.extracting(place..<(place + 1))) }
      #expect(whole.value == single.value)
    }
  }

  @Test func messagesInOneReadAndOverReads() {
    let run = Self.run(Self.message("a", "{\"é\":1}") + Self.message("b", "") + Self.message("c", "x"))
    #expect(
      run.messages == [
        ":event-type=a,:message-type=event|{\"é\":1}", ":event-type=b,:message-type=event|",
        ":event-type=c,:message-type=event|x",
      ])
    #expect(run.isWhole && run.error == nil)
    #expect(Self.run([]).isWhole)
  }

  @Test func anEndInsideAMessageIsNone() {
    let bytes = Self.message("a", "{}")
    for count in 1..<bytes.count { #expect(!Run([Array(bytes[..<count])]).isWhole) }
  }

  @Test func headersOfEveryTypeAreRead() throws {
    // yes, no, byte, short, integer, long, bytes, string, timestamp, uuid.
    let values: [[UInt8]] = [
      [], [], [1], [0, 1], [0, 0, 0, 1], .init(repeating: 0, count: 8), [0, 2, 9, 9], [0, 2] + Array("ok".utf8),
      .init(repeating: 0, count: 8), .init(repeating: 0, count: 16),
    ]
    var block: [UInt8] = []
    for (type, value) in values.enumerated() {
      block += [2, UInt8(ascii: "h"), UInt8(ascii: "0") + UInt8(type), UInt8(type)] + value
    }
    var framer = EventStreamFramer()
    var position = 0
    let bytes = Self.sealed(headers: block, payload: Array("p".utf8))
    #expect(try framer.next(bytes.span, &position))
    #expect(framer.header("h7") == "ok" && framer.header("h6") == nil && framer.header("h") == nil)
    #expect(Array(framer.message[framer.payload]) == Array("p".utf8))
  }

  /// A message around any bytes that claim to be headers.
  static func sealed(headers: [UInt8], payload: [UInt8] = [], total: Int? = nil, headersCount: Int? = nil) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    var bytes = number(total ?? 16 + headers.count + payload.count) + number(headersCount ?? headers.count)
    bytes += number(Int(CRC32.of(bytes.span)))
    bytes += headers + payload
    return bytes + number(Int(CRC32.of(bytes.span)))
  }

  @Test func anyBitThatFlipsIsNoticed() {
    let bytes = Self.message("a", "{\"x\":[1,2]}")
    for place in 0..<bytes.count * 8 {
      var spoiled = bytes
      spoiled[place / 8] ^= 1 << UInt8(place % 8)
      #expect(Run([spoiled]).error == .malformed(.checksum, offset: 0), "bit \(place)")
    }
  }

  @Test func anErrorStaysAndNamesItsMessage() throws {
    let good = Self.message("a", "{}")
    var bad = good
    bad[20] ^= 1
    let run = Self.run(good + bad + good)
    #expect(run.messages.count == 1 && run.error == .malformed(.checksum, offset: good.count))
    var framer = EventStreamFramer()
    var position = 0
    #expect(throws: WireError.self) { try framer.next(bad.span, &position) }
    position = 0
    #expect(throws: WireError.self) { try framer.next(good.span, &position) }
  }

  @Test(
    arguments: [
      [0], [1], [1, 97], [1, 97, 10], [1, 97, 7], [1, 97, 7, 0], [1, 97, 7, 0, 2, 98], [1, 97, 4, 0, 0, 0], [9, 97, 0],
    ] as [[UInt8]])
  func headersThatDoNotFitAreRefused(block: [UInt8]) {
    guard case .malformed(.header, _) = Self.run(Self.sealed(headers: block)).error else {
      Issue.record("accepted \(block)")
      return
    }
  }

  @Test func lengthsThatContradictEachOtherAreRefused() {
    #expect(Self.run(Self.sealed(headers: [], total: 15)).error == .malformed(.length, offset: 0))
    #expect(Self.run(Self.sealed(headers: [], headersCount: 1)).error == .malformed(.length, offset: 0))
    #expect(Self.run(Self.sealed(headers: [], headersCount: Int(UInt32.max))).error == .malformed(.length, offset: 0))
  }

  @Test func theLimitIsThatOfAWholeMessage() {
    let bytes = Self.message("a", "0123456789")
    #expect(Self.run(bytes, messageLimit: bytes.count).messages.count == 1)
    #expect(Self.run(bytes, messageLimit: bytes.count - 1).error == .limit(.event, bytes.count - 1))
  }
}
