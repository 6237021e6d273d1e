// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct JSONCodingTests {
  @Test(arguments: [
    "null", "true", "12", "-1.5", "\"é\"", "[]", "{}", "[1,[true,null],\"x\"]", "{\"a\":{\"b\":[{},0.25]}}",
  ])
  func passesThroughCodable(_ text: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    #expect(try JSONValue(parsing: Array(JSONEncoder().encode(value))) == value)
  }

  @Test func T11_numbersThatFitNoNumberAreRefused() throws {
    for text in ["1e400", String(repeating: "9", count: 1001)] {
      let value = try JSONValue(parsing: text)
      #expect(throws: EncodingError.self) { try JSONEncoder().encode(value) }
    }
  }
}
