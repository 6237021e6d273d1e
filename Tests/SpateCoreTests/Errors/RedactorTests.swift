// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@Suite struct RedactorTests {
  private let redactor = Redactor(keys: ["canary/key+1"])

  @Test func S4_takesTheConfiguredKeyOutOfEveryText() {
    #expect(redactor.redacted("no canary/key+1 here, canary/key+1") == "no *** here, ***")
    #expect(redactor.redacted(Array("x canary/key+1".utf8)) == Array("x ***".utf8))
  }

  @Test(arguments: ["sk-", "gsk_", "xai-", "AIza", "Bearer "])
  func S4_takesOutWhatLooksLikeAKey(_ prefix: String) {
    let secret = "abcdEFGH0123-_abcdEFGH"
    #expect(redactor.redacted("got \(prefix)\(secret), sorry") == "got \(prefix)***, sorry")
    #expect(redactor.redacted("\(prefix)\(secret)") == "\(prefix)***")
  }

  @Test(arguments: ["sk-short", "sk-XXXXXXXXXXXXXXXXXXXXXXXX", "sk-00000000000000000000", "no key at all", "", "sk-"])
  func S4_leavesEverythingElse(_ text: String) { #expect(redactor.redacted(text) == text) }

  @Test func S4_cleansAnErrorAltogether() {
    var error = SpateError(.auth, "Incorrect key canary/key+1")
    error.providerCode = "canary/key+1"
    error.requestID = "id-canary/key+1"
    error.body = Array("{canary/key+1}".utf8)
    error.status = 401
    let clean = redactor.redacted(error)
    #expect(clean.message == "Incorrect key ***")
    #expect(clean.providerCode == "***")
    #expect(clean.requestID == "id-***")
    #expect(clean.body == Array("{***}".utf8))
    #expect(clean.status == 401 && clean.code == .auth)
  }

  @Test func S4_aKeyThatATextWasCutInIsTakenOutToo() {
    let redactor = Redactor(keys: ["my-own-key-of-some-length"])
    #expect(redactor.redacted("refused: my-own-key-of-s") == "refused: ***")
    #expect(redactor.redacted("refused: my-own") == "refused: my-own")
    #expect(redactor.redacted("refused: my-own-key-of-s, sorry") == "refused: my-own-key-of-s, sorry")
  }
}
