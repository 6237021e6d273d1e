// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// Which request gets which key (trust.md S1, S5, S6, S11, S14).
@Suite(.timeLimit(.minutes(10))) struct CredentialsTests {
  /// The request that a call makes; nothing is answered.
  func request(
    model: String = "m", provider: Provider? = nil, variables: [String: String]
  ) async throws -> HTTPRequest {
    let transport = PlayedTransport { $0.end(TransportError(.connect, "refused")) }
    let client = Client(provider: provider, recovery: .none, environment: .fixed(variables), transport: transport)
    do { _ = try await client.stream("Hi", model: model).response } catch let error as SpateError {
      guard error.code == .connect else { throw error }
    }
    return try await transport.first.request
  }

  func code(
    _ model: String = "m", _ provider: Provider? = nil, _ variables: [String: String]
  ) async -> SpateError.Code? {
    await SpateTests.code { try await request(model: model, provider: provider, variables: variables) }
  }

  @Test func S5_aKeyGoesInAHeaderAndNowhereElse() async throws {
    let request = try await request(model: "gpt-4o", variables: ["OPENAI_API_KEY": "sk-canary-key"])
    #expect(request.fields["Authorization"] == "Bearer sk-canary-key")
    #expect(request.url == "https://api.openai.com/v1/chat/completions")
    #expect(!request.url.contains("canary"))
    #expect(!String(decoding: request.body, as: UTF8.self).contains("canary"))
    #expect(request.fields.fields.filter { $0.value.contains("canary") }.count == 1)
  }

  @Test func S6_aBaseURLAloneNeverGetsAnotherProvidersKey() async throws {
    let variables = Dictionary(
      Provider.all.flatMap(\.keyVariables).map { ($0, "canary-\($0)") }, uniquingKeysWith: { first, _ in first })
    for base in ["http://127.0.0.1:9/v1", "https://api.openai.com/v1", "https://evil.example/v1"] {
      for model in ["m", "gpt-4o", "openai/gpt-4o", "groq:x"] {
        let request = try await request(
          model: model, provider: .compatible(baseURL: base), variables: variables)
        #expect(request.fields["Authorization"] == nil)
        #expect(!request.fields.fields.contains { $0.value.contains("canary") })
      }
    }
  }

  @Test func S6_aBaseURLAloneGetsTheKeyThatIsMeantForIt() async throws {
    let request = try await request(
      provider: .compatible(baseURL: "https://h/v1"), variables: ["SPATE_API_KEY": "k1", "OPENAI_API_KEY": "k2"])
    #expect(request.fields["Authorization"] == "Bearer k1")
  }

  @Test func S6_aNamedProviderWithABaseURLGetsItsOwnKey() async throws {
    var provider = Provider.openAI
    provider.baseURL = "https://proxy.example/v1"
    let request = try await request(provider: provider, variables: ["OPENAI_API_KEY": "k2", "SPATE_API_KEY": "k1"])
    #expect(request.fields["Authorization"] == "Bearer k2")
    #expect(request.url == "https://proxy.example/v1/chat/completions")
  }

  /// A value for every variable that stands in a base URL.
  static let places: [String: String] = Provider.all.map(\.baseURL).reduce(into: [:]) { places, base in
    for part in base.split(separator: "{").dropFirst(base.hasPrefix("{") ? 0 : 1) {
      let name = part.prefix { $0 != "}" && $0 != "=" && $0 != "|" }
      places[String(name)] = base.hasPrefix("{\(name)") ? "https://h.example" : "x-1"
    }
  }

  @Test func S6_eachProviderGetsItsOwnKeyOnly() async throws {
    var variables = Self.places
    for name in Provider.all.flatMap(\.keyVariables) { variables[name] = "key-of-\(name)" }
    for provider in Provider.all {
      let request = try await request(model: "\(provider.id)/m", variables: variables)
      let keys = request.fields.fields.filter { $0.value.contains("key-of-") }
      let sent: [String] = keys.map { String($0.value.split(separator: " ").last ?? "") }
      let own: [String] = provider.keyVariables.prefix(1).map { "key-of-\($0)" }
      #expect(sent == own)
    }
  }

  @Test func aMissingKeyNamesItsVariable() async {
    for provider in Provider.all where provider.needsKey {
      do {
        _ = try await request(model: "\(provider.id)/m", variables: Self.places)
        Issue.record("\(provider.id) was asked without a key")
      } catch {
        let error = error as? SpateError
        #expect(error?.code == .missingKey)
        #expect(error?.provider == provider.id)
        #expect(error?.message.contains(provider.keyVariables[0]) == true)
      }
    }
  }

  @Test func aServerThatNeedsNoneIsAskedWithoutAKey() async throws {
    for provider in Provider.all where !provider.needsKey {
      let request = try await request(model: "\(provider.id)/m", variables: [:])
      #expect(request.fields["Authorization"] == nil)
    }
  }

  @Test func S11_aKeyIsNotSentInTheClearToAnotherMachine() async throws {
    for base in [
      "http://evil.example/v1", "http://192.168.0.2:8000/v1", "http://localhost.evil.example/v1",
      "http://127.+0.0.1/v1", "http://0.0.0.0/v1",
    ] {
      let provider = Provider.compatible(baseURL: base)
      #expect(await code("m", provider, ["SPATE_API_KEY": "k"]) == .badRequest, "\(base)")
      // Without a key it may be asked.
      #expect(try await request(provider: provider, variables: [:]).fields["Authorization"] == nil)
    }
    for base in ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://[::1]/v1", "https://h/v1"] {
      let request = try await request(provider: .compatible(baseURL: base), variables: ["SPATE_API_KEY": "k"])
      #expect(request.fields["Authorization"] == "Bearer k", "\(base)")
    }
  }

  @Test func S14_aKeyWithAControlCharacterIsRefused() async {
    for byte in (UInt8(0)...0x1F).filter({ $0 != 0x09 }) + [0x7F] {
      let key = "ab" + String(UnicodeScalar(byte)) + "X-Evil: 1"
      let thrown = await code("gpt-4o", nil, ["OPENAI_API_KEY": key])
      #expect(thrown == .auth, "\(byte)")
    }
    #expect(await code("gpt-4o", nil, ["OPENAI_API_KEY": "ab\r\nX-Evil: 1"]) == .auth)
  }

  @Test func S14_theRefusalDoesNotShowTheKey() async {
    do {
      _ = try await request(model: "gpt-4o", variables: ["OPENAI_API_KEY": "canary\nX"])
      Issue.record("it was sent")
    } catch { #expect(!"\(error)".contains("canary")) }
  }

  @Test func whiteSpaceAroundAKeyIsCut() async throws {
    for key in ["k\n", " k ", "k\r\n", "\tk"] {
      let request = try await request(model: "gpt-4o", variables: ["OPENAI_API_KEY": key])
      #expect(request.fields["Authorization"] == "Bearer k")
    }
  }

  @Test func aBlankKeyIsNone() async {
    for key in ["", " ", "\n", "\t \n"] {
      #expect(await code("gpt-4o", nil, ["OPENAI_API_KEY": key]) == .missingKey)
    }
  }

  @Test func S3_aRequestDoesNotShowItsKey() async throws {
    let request = try await request(model: "gpt-4o", variables: ["OPENAI_API_KEY": "sk-canary-key"])
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!dumped.contains("canary"))
    #expect(!"\(request)".contains("canary"))
    #expect(!String(reflecting: request).contains("canary"))
  }
}
