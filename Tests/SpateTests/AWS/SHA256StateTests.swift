// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Our own SHA-256, which is used where the system has none, but tested everywhere.
@Suite struct SHA256StateTests {
  /// So many letters `a`, around the ends of blocks; the last is of FIPS 180-2, appendix B.3, the others of `sha256sum`.
  @Test(
    arguments: [
      (1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
      (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
      (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
      (63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"),
      (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
      (65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"),
      (119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"),
      (120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"),
      (128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e"),
      (1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] as [(Int, String)])
  func everyLengthIsFilledUpToItsBlock(_ count: Int, _ hash: String) {
    #expect(SHA256State.hash([UInt8](repeating: UInt8(ascii: "a"), count: count)).hexadecimal == hash)
  }

  /// RFC 4231, test cases 2 and 6: a key that is longer than a block is hashed first.
  @Test func keysOfEveryLength() {
    #expect(
      SHA256State.hmac(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)).hexadecimal
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let words = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    #expect(
      SHA256State.hmac(words, key: [UInt8](repeating: 0xAA, count: 131)).hexadecimal
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }
}
