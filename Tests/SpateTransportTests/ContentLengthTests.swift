// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateTransport

/// trust.md G7: what two readers of one connection could understand differently is refused.
@Suite struct ContentLengthTests {
  private func read(_ values: [String]) throws -> Int? {
    var fields: HTTPFields = ["X": "7"]
    for value in values { fields.append(name: "content-LENGTH", value: value) }
    return try ContentLength.of(fields)
  }

  @Test(
    arguments: [
      ([], nil), (["0"], 0), (["12"], 12), (["012"], 12), (["5", "5"], 5), (["5, 5"], 5), (["5,5", " 5\t"], 5),
      (["9223372036854775807"], .max),
    ] as [([String], Int?)]) func readsOneLength(values: [String], length: Int?) throws
  {
    #expect(try read(values) == length)
  }

  @Test(
    arguments: [
      [""], [" "], ["+1"], ["-1"], ["1x"], ["0x1"], ["1,"], [",1"], ["1,,1"], ["1 1"], ["1", "2"], ["1, 2"], ["1", ""],
      ["１"],
    ]) func refusesTheRest(values: [String])
  {
    let error = #expect(throws: TransportError.self) { try read(values) }
    #expect(error?.code == .protocol)
  }

  @Test func aLengthThatNoNumberHoldsIsALimit() {
    for value in ["9223372036854775808", "99999999999999999999999"] {
      let error = #expect(throws: TransportError.self) { try read([value]) }
      #expect(error?.code == .limit)
    }
  }
}
