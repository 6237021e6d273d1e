// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite struct SignatureV4Tests {
  static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  /// 2015-08-30 12:36:00 UTC, the moment of AWS's own examples.
  static let time = 1_440_938_160

  func signature(
    _ method: String, _ url: String, fields: HTTPFields = [:], body: String = "", service: String = "bedrock",
    token: String? = nil
  ) throws -> (signed: String?, signature: String?) {
    var credentials = Self.credentials
    credentials.sessionToken = token
    var fields = fields
    try SignatureV4(credentials: credentials, region: "us-east-1", service: service)
      .sign(&fields, method: method, url: url, body: Array(body.utf8), time: Self.time)
    let parts = (fields["Authorization"] ?? "").split(separator: ", ").map(String.init)
    #expect(parts.first == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/\(service)/aws4_request")
    #expect(fields["X-Amz-Date"] == "20150830T123600Z" && fields["X-Amz-Security-Token"] == token)
    return (parts.dropFirst().first, parts.last.map { String($0.dropFirst("Signature=".count)) })
  }

  @Test func hashesAreThoseOfTheStandards() throws {
    let digest = try SHA256Digest()
    // FIPS 180-2, appendix B.1, and of nothing; RFC 4231, test case 2.
    #expect(
      digest.hash(Array("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest.hash([]).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      digest.hmac(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)).hexadecimal
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  /// The example of AWS's documentation for deriving a key.
  @Test func theKeyOfAWSsExample() throws {
    let signer = SignatureV4(credentials: Self.credentials, region: "us-east-1", service: "iam")
    #expect(
      signer.key(day: "20120215", try SHA256Digest()).hexadecimal
        == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")
  }

  /// `get-vanilla` of AWS's test suite.
  @Test func theVanillaRequestOfAWSsSuite() throws {
    let result = try signature("GET", "https://example.amazonaws.com/", service: "service")
    #expect(result.signed == "SignedHeaders=host;x-amz-date")
    #expect(result.signature == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
  }

  /// What botocore 1.44.5 signs.
  @Test func requestsAsBotocoreSignsThem() throws {
    let model = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0"
    let json: HTTPFields = ["Content-Type": "application/json", "User-Agent": "not signed"]
    let plain = try signature("POST", "\(model)/converse-stream", fields: json, body: "{\"a\":\"é\"}")
    #expect(plain.signed == "SignedHeaders=content-type;host;x-amz-date")
    #expect(plain.signature == "db364fceeead37ff57c7d5edb2e1b8701266b0696c2b2f93fd69e9b5d0ffa612")
    let temporary = try signature("POST", "\(model)/converse-stream", fields: json, body: "{}", token: "TOKEN/+==")
    #expect(temporary.signed == "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token")
    #expect(temporary.signature == "c846ab2e86da8bc7584f8729d647f96d34d60a51e5bac728a938a6a14f001deb")
    let port = try signature("POST", "http://127.0.0.1:8080/model/a%20b/converse", fields: json, body: "{}")
    #expect(port.signature == "66a5c85fd33324040b0c2dba9062c69fb2429ca25b45de01b379989c48d8a1c7")
    let query = try signature(
      "GET", "https://bedrock.us-east-1.amazonaws.com:443/foundation-models?byProvider=amazon&a=%20x&A=1&a=")
    #expect(query.signature == "c4249418323f6d2b56a9ec8f84e2e5bc6b0d631f665f5c570b1e2777dd7ffe9a")
  }

  @Test(arguments: [
    (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
    (1_709_251_199, "20240229T235959Z"), (4_107_542_400, "21000301T000000Z"),
  ])
  func stampsAreDatesOfTheCalendar(time: Int, stamp: String) { #expect(SignatureV4.stamp(time) == stamp) }
}

#if canImport(CCrypto)
  @Suite struct CryptoLibraryTests {
    @Test func aMachineWithoutItIsToldWhatToInstall() {
      #expect {
        _ = try CryptoLibrary(["libspate-none.so.1", "libspate-none.so.2"])
      } throws: { error in
        guard let error = error as? SpateError else { return false }
        return error.code == .badRequest && error.message.contains("install libssl3")
          && error.message.contains("libspate-none.so.2")
      }
    }

    /// zlib has none of the functions.
    @Test func aLibraryWithoutTheFunctionsIsNone() {
      #expect { _ = try CryptoLibrary(["libz.so.1"]) } throws: {
        ($0 as? SpateError)?.message.contains("SHA256") == true
      }
    }
  }
#endif
