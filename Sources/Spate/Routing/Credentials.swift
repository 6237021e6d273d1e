// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects
internal import SpateTransport

/// The key of a provider, on its way into the one request that may have it (trust.md S5, S6, S11, S14).
struct Credentials {
  let provider: Provider
  let environment: Environment
  /// Of the dialect, where the provider has no way of its own.
  var usual = Authentication.bearer

  /// Adds what shows whose request it is: a field with the key, or a signature. Gives the secrets of it, which must be
  /// in no error.
  ///
  /// Only a provider that says so itself gets a signature with AWS's credentials: they belong to no other that happens to
  /// speak the same dialect (trust.md S6).
  func sign(_ request: inout HTTPRequest, for endpoint: Endpoint) throws(SpateError) -> [String] {
    let way = provider.authentication ?? usual
    if let key = provider.keyVariables.lazy.compactMap({ environment[$0] }).first {
      let value = try plain(key)
      try check(endpoint)
      if case .field(let name) = way {
        request.fields[name] = value
      } else {
        request.fields["Authorization"] = "Bearer \(value)"
      }
      return [value]
    }
    if case .awsSignature(let service)? = provider.authentication, let key = try AWSCredentials(environment) {
      try check(endpoint)
      let credentials = AWSCredentials(
        accessKeyID: try plain(key.accessKeyID), secretAccessKey: key.secretAccessKey,
        sessionToken: try key.sessionToken.map(plain))
      try SignatureV4(credentials: credentials, region: region(of: request.url), service: service)
        .sign(&request.fields, method: request.method, url: request.url, body: request.body, time: environment.date)
      let signature = request.fields["Authorization"].map { String($0.suffix(64)) }
      return [
        credentials.secretAccessKey, credentials.accessKeyID, credentials.sessionToken, signature,
      ].compactMap(\.self)
    }
    if provider.needsKey {
      let variables =
        provider.keyVariables
        + (provider.authentication?.isAWSSignature == true ? ["AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"] : [])
      guard !variables.isEmpty else { return [] }
      var error = SpateError(
        .missingKey, "there is no key for \(provider.name): set \(variables.joined(separator: ", or "))")
      error.provider = provider.id
      throw error
    }
    return []
  }

  /// Without the white space that comes with a key that was read from a file.
  private func plain(_ key: String) throws(SpateError) -> String {
    let value = String(key.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    guard HTTPFields.isValid(value: value) else {
      throw SpateError(.auth, "the key of \(provider.name) holds a line end or a control character")
    }
    return value
  }

  private func check(_ endpoint: Endpoint) throws(SpateError) {
    guard endpoint.isEncrypted || endpoint.isLoopback else {
      throw SpateError(
        .badRequest, "a key is not sent over http:// to another machine: use https://, or unset the key's variable")
    }
  }

  /// As the address says (`bedrock-runtime.us-east-1.amazonaws.com`), else the environment, else AWS's oldest.
  private func region(of url: String) -> String {
    let labels = URLParts(url).host.split(separator: ".")
    // A region ends in a number; the label of a private endpoint (vpce) does not.
    if let place = labels.firstIndex(of: "amazonaws"), place >= 2, labels[place - 1].last?.isNumber == true {
      return String(labels[place - 1])
    }
    return environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1"
  }
}

extension Authentication {
  fileprivate var isAWSSignature: Bool { if case .awsSignature = self { true } else { false } }
}
