// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite struct EnvironmentTests {
  @Test func aFixedOneHasTheseVariablesOnly() {
    let environment = Environment.fixed(["A": "1", "B": " 2 "])
    #expect(environment["A"] == "1")
    #expect(environment["B"] == " 2 ")
    #expect(environment["PATH"] == nil)
  }

  @Test(arguments: ["", " ", "\n", "\t\r\n "])
  func aBlankValueIsNone(value: String) { #expect(Environment.fixed(["A": value])["A"] == nil) }

  @Test func theProcessHasItsOwn() {
    #expect(Environment.process["PATH"] != nil)
    #expect(Environment.process["SPATE_NO_SUCH_VARIABLE"] == nil)
  }

  @Test func oneCanLookAnywhere() {
    let environment = Environment { $0 == "KEY" ? "from a vault" : nil }
    #expect(environment["KEY"] == "from a vault")
    #expect(environment["OTHER"] == nil)
  }
}
