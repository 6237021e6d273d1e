// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// The key of a provider, on its way into the one request that may have it (trust.md S5, S6, S11, S14).
struct Credentials {
  let provider: Provider
  let environment: Environment
  /// Of the dialect, where the provider has no way of its own.
  var usual = Authentication.bearer

  /// Adds the key's header field.
  func sign(_ fields: inout HTTPFields, for endpoint: Endpoint) throws(SpateError) {
    guard let key = provider.keyVariables.lazy.compactMap({ environment[$0] }).first else {
      guard provider.needsKey, let variable = provider.keyVariables.first else { return }
      var error = SpateError(.missingKey, "there is no key for \(provider.name): set \(variable)")
      error.provider = provider.id
      throw error
    }
    let trimmed = key.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    let value = String(trimmed)
    guard HTTPFields.isValid(value: value) else {
      throw SpateError(.auth, "the key of \(provider.name) holds a line end or a control character")
    }
    guard endpoint.isEncrypted || endpoint.isLoopback else {
      throw SpateError(
        .badRequest, "a key is not sent over http:// to another machine: use https://, or unset the key's variable")
    }
    switch provider.authentication ?? usual {
    case .bearer: fields["Authorization"] = "Bearer \(value)"
    case .field(let name): fields[name] = value
    }
  }
}
