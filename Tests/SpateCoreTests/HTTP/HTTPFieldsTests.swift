// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCore

@Suite struct HTTPFieldsTests {
  private func lines(_ fields: HTTPFields) -> [String] { fields.fields.map { "\($0.name)=\($0.value)" } }

  @Test func keepsOrderRepeatedNamesAndTheirSpelling() {
    var fields: HTTPFields = ["A": "1", "b": "2"]
    fields.append(name: "a", value: "")
    #expect(lines(fields) == ["A=1", "b=2", "a="])
    #expect(fields["A"] == "1" && fields["B"] == "2" && fields["c"] == nil && fields[""] == nil)
    #expect(fields.values(of: "a") == ["1", ""] && fields.values(of: "c") == [])
  }

  @Test func settingReplacesAllOfANameWhereTheFirstWas() {
    var fields: HTTPFields = ["A": "1", "b": "2", "a": "3", "C": "4"]
    fields["a"] = "5"
    #expect(lines(fields) == ["a=5", "b=2", "C=4"])
    fields["D"] = "6"
    #expect(lines(fields) == ["a=5", "b=2", "C=4", "D=6"])
    fields["B"] = nil
    fields["nobody"] = nil
    #expect(lines(fields) == ["a=5", "C=4", "D=6"])
  }

  @Test func copiesAndEqualFieldsHoweverTheyWereMade() {
    let fields: HTTPFields = ["A": "ä", "B": "2"]
    var copy = fields
    copy["B"] = "3"
    #expect(fields["B"] == "2" && copy["B"] == "3" && copy != fields)
    var lines = HTTPFields()
    let taken = lines.append(plainLinesOf: Array("A: ä\r\nB: 2\r\n".utf8).span, from: 0)
    #expect(taken == 13)
    var spans = HTTPFields()
    spans.append(name: Array("A".utf8).span, value: Array("ä".utf8).span)
    spans.append(name: Array("B".utf8).span, value: Array("2".utf8).span)
    #expect(lines == fields && spans == fields && Set([lines, spans, fields]).count == 1)
  }

  /// Whatever is written in another way is read by those who know all ways.
  @Test(
    arguments: [
      "A:1\r\n", "A:  1\r\n", "A: 1 \r\n", "A: 1\n", "A: \r\n", "A:\r\n", "A : 1\r\n", " A: 1\r\n", ": 1\r\n",
      "A 1\r\n",
      "HTTP/1.1 200 OK\r\n", "\r\n", "", "A: 1", "A: 1\r", "Ä: 1\r\n", "A:\t1\r\n", ":", "A:", "A: ",
      "A: \u{7F}b\r\n", "A: b\u{7F}\r\n", "A: b\u{7F}c\r\n", "A: \u{0}b\r\n", "A: b\u{0}\r\n", "A: a\u{1}b\r\n",
      "A: \tb\r\n", "A: a\tb\r\n", "A: b\t\r\n", "A: \rb\r\n", "A: a\rb\r\n", "A: b\r\r\n",
    ]) func aLineThatIsNotPlainIsRefused(line: String)
  {
    var fields = HTTPFields()
    let end = fields.append(plainLinesOf: Array(line.utf8).span, from: 0)
    #expect(end == 0 && fields == [:])
    // Nor behind others.
    let lines = "HTTP/1.1 200 OK\r\nB: 2\r\nC: 3\r\n"
    let behind = fields.append(plainLinesOf: Array((lines + line).utf8).span, from: 17)
    #expect(behind == lines.utf8.count && fields == ["B": "2", "C": "3"])
  }

  /// Behind every count of bytes: they are looked at eight at a time.
  @Test func aControlByteIsFoundWhereverItStands() {
    for length in 0...20 {
      for byte in UInt8.min...UInt8.max {
        for place in 0..<max(1, length) {
          var value = [UInt8](repeating: 0xA0, count: length)
          if length > 0 { value[place] = byte }
          let isControl = length > 0 && (byte < 0x20 || byte == 0x7F)
          let found = value.span.firstControl(from: 0)
          if found != (isControl ? place : length) { Issue.record("\(byte) at \(place) of \(length): \(found)") }
        }
      }
    }
  }

  @Test func writesWhatGoesOverTheWire() {
    var message: [UInt8] = Array("GET / HTTP/1.1\r\n".utf8)
    let fields: HTTPFields = ["A": "1", "Empty": "", "B": "x y"]
    fields.write(to: &message)
    #expect(String(decoding: message, as: UTF8.self) == "GET / HTTP/1.1\r\nA: 1\r\nEmpty: \r\nB: x y\r\n")
  }

  /// Behind every count of bytes, each byte.
  @Test func aNameEndsWhereverAnotherByteStands() {
    let word = Set("-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max {
      for place in 0..<16 {
        var name = [UInt8](repeating: UInt8(ascii: "Z"), count: 16)
        name[place] = byte
        let found = name.span.firstOutsideWord(from: 0)
        if found != (word.contains(byte) ? 16 : place) { Issue.record("\(byte) at \(place): \(found)") }
        let isValid = HTTPFields.isValid(name: name.span)
        if isValid != HTTPFields.isToken(byte) { Issue.record("\(byte) at \(place): valid \(isValid)") }
      }
    }
  }

  /// Every two bytes, among the eight that are compared at a time and behind them: only letters have a case.
  @Test func namesAreTheSameApartFromTheCaseOfLetters() {
    let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let lowered = { (byte: UInt8) in upper.contains(byte) ? byte + 0x20 : byte }
    for place in [0, 7, 10] {
      var (one, other) = (Array("Quite-A-Name".utf8), Array("qUITE-a-nAME".utf8))
      for a in UInt8.min...UInt8.max {
        one[place] = a
        for b in UInt8.min...UInt8.max {
          other[place] = b
          let areSame = HTTPFields.areSame(one.span, other.span)
          if areSame != (lowered(a) == lowered(b)) { Issue.record("\(a) and \(b) at \(place): \(areSame)") }
        }
      }
    }
    #expect(!HTTPFields.areSame("Name", "Names") && HTTPFields.areSame("", ""))
  }

  @Test func aNameThatIsKnownIsFoundInAnyCase() {
    let fields: HTTPFields = ["B": "0", "content-TYPE": "1", "Content-Type": "2"]
    #expect(fields.value(of: "Content-Type") == "1" && fields.value(of: "Content-Typo") == nil)
    var values: [String] = []
    fields.forEachValue(of: "content-type") { values.append($0.decodedString()) }
    #expect(values == ["1", "2"])
  }

  @Test func findsNamesOfEveryLengthAndNoOthers() {
    let name = { (length: Int) in String(repeating: "n", count: length) }
    var fields = HTTPFields()
    for length in stride(from: 1, to: 140, by: 2) { fields.append(name: name(length), value: "\(length)") }
    for length in 1..<140 { #expect(fields[name(length)] == (length % 2 == 1 ? "\(length)" : nil)) }
    for length in stride(from: 1, to: 140, by: 2) { fields[name(length)] = length < 70 ? nil : "new" }
    for length in 1..<140 { #expect(fields[name(length)] == (length % 2 == 1 && length > 70 ? "new" : nil)) }
  }

  @Test func whatIsNoUTF8ReadsAsReplaced() {
    var fields = HTTPFields()
    let end = fields.append(plainLinesOf: (Array("A: a".utf8) + [0xFF, 0x0D, 0x0A]).span, from: 0)
    #expect(end == 7 && fields["a"] == "a\u{FFFD}")
  }

  /// The letters of a token (RFC 9110, 5.6.2), each byte.
  @Test func knowsTheBytesOfATokenAndOfAValue() {
    let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max {
      #expect(HTTPFields.isToken(byte) == token.contains(byte), "\(byte)")
      let isValid = HTTPFields.isValid(value: [byte].span)
      #expect(isValid == (byte == 0x09 || byte >= 0x20 && byte != 0x7F), "\(byte)")
    }
    #expect(!HTTPFields.isValid(name: ""))
  }

  @Test func S14_showsNoCredential() {
    let fields: HTTPFields = ["Authorization": "canary", "X": "1"]
    var dumped = ""
    dump(fields, to: &dumped)
    #expect(!fields.description.contains("canary") && fields.description.contains("X: 1"))
    #expect(!dumped.contains("canary") && dumped.contains("X: 1"))
  }
}
