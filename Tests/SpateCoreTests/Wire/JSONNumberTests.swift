// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct JSONNumberTests {
  static func number(_ text: String) throws -> JSONNumber {
    guard case .number(let number) = try JSONValue(parsing: text) else { throw NotANumber() }
    return number
  }

  struct NotANumber: Error {}

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("0.0", 0), ("-0.0e5", 0), ("7", 7), ("-7", -7), ("7.0", 7), ("0.7e1", 7), ("70e-1", 7),
      ("700E-2", 7), ("7e+2", 700), ("1.25e2", 125), ("1.25e1", nil), ("0.5", nil), ("1e-1", nil),
      ("1e18", 1_000_000_000_000_000_000),
      ("1e19", nil), ("1e400", nil), ("-1e400", nil), ("1e-400", nil), ("0e400", 0), ("0e99999999999999999999", 0),
      ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil), ("9223372036854775807", .max),
      ("9223372036854775807.0", .max), ("92233720368547758070e-1", .max), ("9223372036854775808", nil),
      ("-9223372036854775808", .min), ("-9223372036854775808.0", .min), ("-9223372036854775809", nil),
      ("9007199254740993.0", 9_007_199_254_740_993), ("18446744073709551616", nil),
    ] as [(String, Int?)])
  func T11_integersAreExactOrNothing(_ text: String, _ expected: Int?) throws {
    #expect(try Self.number(text).int == expected)
  }

  @Test(
    arguments: [
      ("0", 0), ("1.5", 1.5), ("-1e3", -1000), ("1e308", 1e308), ("1e309", nil), ("-1e400", nil), ("1e-400", 0),
      ("5e-324", .leastNonzeroMagnitude), ("0.1", 0.1),
      ("123456789012345678901234567890", 123456789012345678901234567890.0),
    ] as [(String, Double?)])
  func S23_doubles(_ text: String, _ expected: Double?) throws {
    #expect(try Self.number(text).double == expected)
  }

  @Test func T11_minusZeroKeepsItsSign() throws {
    #expect(try Self.number("-0").literal == "-0")
    #expect(try Self.number("-0").double?.sign == .minus)
    #expect(try #require(JSONNumber(-0.0)).double?.sign == .minus)
  }

  @Test func T11_textIsKept() throws {
    for text in ["1.0", "1e2", "1E+2", "0.10", String(repeating: "9", count: 5000)] {
      #expect(try Self.number(text).literal == text)
      #expect(try JSONValue(parsing: text).description == text)
    }
  }

  @Test func S23_numbersAbove1000BytesAreTextOnly() throws {
    for length in 999...1001 {
      let number = try Self.number("1." + String(repeating: "0", count: length - 2))
      #expect(number.int == (length > 1000 ? nil : 1))
      #expect(number.double == (length > 1000 ? nil : 1))
    }
  }

  @Test func equalityIsOfTheText() throws {
    #expect(try Self.number("1") == JSONNumber(1))
    #expect(try Self.number("1.0") != Self.number("1"))
  }

  @Test func literalsOfDoublesAreJSON() throws {
    for value in [
      0.0, -0.0, 1, -1, 1.5, 1e14, 1e15, 1e16, 1e21, 1e300, -1e-300, .leastNonzeroMagnitude, .pi,
      .greatestFiniteMagnitude,
    ] {
      let number = try #require(JSONNumber(value))
      #expect(JSONReference.accepts(Array(number.literal.utf8)), "\(number.literal)")
      #expect(number.double == value)
    }
    for value in [Double.infinity, -.infinity, .nan] { #expect(JSONNumber(value) == nil) }
    #expect(JSONNumber(3.0)?.literal == "3")
    #expect(JSONNumber(Int.min).literal == "-9223372036854775808")
  }
}
