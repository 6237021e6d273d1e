// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

@Suite(.timeLimit(.minutes(10))) struct AWSCredentialsTests {
  static let file = """
    # mine
    [default]
    aws_access_key_id = AKIDDEFAULT
    aws_secret_access_key = sec=ret
    ; a comment
    [ work ]
    AWS_ACCESS_KEY_ID=AKIDWORK
    aws_secret_access_key=secret-work
    aws_session_token=token-work

    [empty]
    region = eu-west-1
    """

  func found(_ variables: [String: String], path: String = "/home/me/.aws/credentials") throws -> AWSCredentials? {
    try AWSCredentials(.fixed(variables, files: [path: Array(Self.file.utf8)]))
  }

  @Test func theEnvironmentComesFirstThenTheFile() throws {
    let own = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "HOME": "/home/me"]
    #expect(try found(own) == AWSCredentials(accessKeyID: "A", secretAccessKey: "S"))
    #expect(
      try found(["HOME": "/home/me"]) == AWSCredentials(accessKeyID: "AKIDDEFAULT", secretAccessKey: "sec=ret"))
    #expect(
      try found(["AWS_SHARED_CREDENTIALS_FILE": "/f", "AWS_PROFILE": "work"], path: "/f")
        == AWSCredentials(accessKeyID: "AKIDWORK", secretAccessKey: "secret-work", sessionToken: "token-work"))
    #expect(try found(["HOME": "/home/me", "AWS_PROFILE": "empty"]) == nil)
    #expect(try found(["HOME": "/home/you"]) == nil)
    #expect(try found(["AWS_ACCESS_KEY_ID": "A"]) == nil)
  }

  @Test func aFileThatIsNoTextIsAnError() {
    #expect(throws: SpateError.self) {
      try AWSCredentials(.fixed(["HOME": "/h"], files: ["/h/.aws/credentials": [0xFF, 0xFE]]))
    }
  }

  // MARK: In a request

  func request(_ variables: [String: String]) async throws -> HTTPRequest {
    let transport = ScriptedTransport(.text("Hi"))
    let provider = Provider(
      id: "aws", name: "Amazon Bedrock",
      baseURL: "https://bedrock-runtime.{AWS_REGION|AWS_DEFAULT_REGION=us-east-1}.amazonaws.com",
      key: "AWS_BEARER_TOKEN_BEDROCK", authentication: .awsSignature(service: "bedrock"))
    let client = Client(provider: provider, recovery: .none, environment: .fixed(variables), transport: transport)
    _ = try await client.stream("Hi", model: "m").response
    return try #require(transport.requests.first)
  }

  @Test func aRequestIsSignedForItsRegion() async throws {
    let request = try await request([
      "AWS_ACCESS_KEY_ID": " AKID\n", "AWS_SECRET_ACCESS_KEY": "S", "AWS_REGION": "eu-central-1",
    ])
    #expect(request.url.hasPrefix("https://bedrock-runtime.eu-central-1.amazonaws.com/"))
    let authorization = try #require(request.fields["Authorization"])
    #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKID/"))
    #expect(authorization.contains("/eu-central-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date,"))
    #expect(!request.fields.fields.contains { $0.value.contains("S\n") || $0.value == "S" })
  }

  @Test func S6_noOtherProviderGetsASignature() async throws {
    var openAI = Provider.openAI
    openAI.dialect = .bedrockConverse
    var local = Provider.compatible(baseURL: "http://127.0.0.1:9")
    local.dialect = .bedrockConverse
    let variables = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"]
    let transport = ScriptedTransport(.status(500))
    let client = Client(provider: local, recovery: .none, environment: .fixed(variables), transport: transport)
    await #expect(throws: SpateError.self) { try await client.stream("Hi", model: "m").response }
    let sent = try #require(transport.requests.first).fields
    #expect(sent["Authorization"] == nil && sent["X-Amz-Security-Token"] == nil && sent["X-Amz-Date"] == nil)
    let other = Client(provider: openAI, recovery: .none, environment: .fixed(variables), transport: transport)
    let error = await #expect(throws: SpateError.self) { try await other.stream("Hi", model: "m").response }
    #expect(error?.code == .missingKey && transport.requests.count == 1)
  }

  @Test func S4_whatSignsStaysOutOfErrors() async throws {
    let echo = #"{"message":"canonical: AKID-canary-1 token-canary-2 secret-canary-3"}"#
    let transport = ScriptedTransport(.status(403, body: echo))
    let provider = Provider(
      id: "aws", name: "A", baseURL: "https://h.example", authentication: .awsSignature(service: "bedrock"))
    let client = Client(
      provider: provider,
      recovery: .none,
      environment: .fixed([
        "AWS_ACCESS_KEY_ID": "AKID-canary-1", "AWS_SECRET_ACCESS_KEY": "secret-canary-3",
        "AWS_SESSION_TOKEN": "token-canary-2",
      ]), transport: transport)
    let error = await #expect(throws: SpateError.self) { try await client.stream("Hi", model: "m").response }
    #expect(error?.message == "canonical: *** *** ***")
    #expect("\(AWSCredentials(accessKeyID: "canary", secretAccessKey: "canary"))".contains("canary") == false)
  }

  @Test func S4_aKeyInAFieldOfItsOwnStaysOutOfErrors() async throws {
    let transport = ScriptedTransport(.status(401, body: #"{"error":{"message":"bad own-canary-9"}}"#))
    let provider = Provider(
      id: "p", name: "P", baseURL: "https://h.example", key: "K", authentication: .field("X-My-Key"))
    let client = Client(
      provider: provider, recovery: .none, environment: .fixed(["K": "own-canary-9"]), transport: transport)
    let error = await #expect(throws: SpateError.self) { try await client.stream("Hi", model: "m").response }
    #expect(error?.message == "bad ***" && transport.requests.first?.fields["X-My-Key"] == "own-canary-9")
  }

  @Test func aBearerTokenComesBeforeASignature() async throws {
    let request = try await request([
      "AWS_BEARER_TOKEN_BEDROCK": "bt-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "S",
    ])
    #expect(request.fields["Authorization"] == "Bearer bt-1" && request.fields["X-Amz-Date"] == nil)
  }

  @Test func withoutAnyCredentialsTheVariablesAreNamed() async {
    let error = await #expect(throws: SpateError.self) { try await request([:]) }
    #expect(error?.code == .missingKey)
    #expect(error?.message.contains("AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET") == true)
  }
}
