// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct ModelCapabilitiesTests {
  @Test func whatNobodySaidIsNotNo() {
    let some = ModelCapabilities(can: [.tools], cannot: [.images])
    #expect(some[.tools] == true && some[.images] == false && some[.audio] == nil)
    #expect(ModelCapabilities().isEmpty && !some.isEmpty && !ModelCapabilities(efforts: []).isEmpty)
  }

  @Test func oneGoesOverTheOther() {
    let over = ModelCapabilities(can: [.tools], efforts: [.low])
    let under = ModelCapabilities(can: [.images], cannot: [.tools], efforts: [.high])
    #expect(over.over(under) == ModelCapabilities(can: [.tools, .images], efforts: [.low]))
    #expect(ModelCapabilities().over(under) == under && under.over(ModelCapabilities()) == under)
    #expect(under.beyond(over) == ModelCapabilities(can: [.images]))
    #expect(under.beyond(ModelCapabilities()) == under && under.beyond(under).isEmpty)
  }

  @Test func membersHaveAnOrder() {
    let own = Capability(rawValue: "zither")
    let other = Capability(rawValue: "alto")
    let some = ModelCapabilities(can: [own, .json, .tools], cannot: [other])
    #expect(some.members.map(\.capability) == [.tools, .json, other, own])
    #expect(some.members.map(\.isTrue) == [true, true, false, true])
    #expect(Set(Capability.all).count == Capability.all.count)
  }
}
