// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// A request as its target takes it: options that the model or the wire format can not take are left out or changed,
/// and every such thing is in the warnings.
struct FittedRequest {
  /// What is asked for in the end.
  let request: ChatRequest
  let dialect: any Dialect
  /// Its bytes, with all warnings.
  let encoded: EncodedRequest

  /// Throws ``SpateError/Code/unsupportedParameter`` where anything was left out or changed and the caller wants all or
  /// nothing. `profile` comes before the client's, which come before the provider's own and the built-in ones.
  init(
    _ request: ChatRequest, for provider: Provider, client: Client, profile: ModelProfile?
  ) throws(SpateError) {
    let profile =
      profile ?? client.profiles.profile(of: request.model, at: provider) ?? provider.profile(of: request.model)
    var provider = provider
    // The encoder looks there.
    provider.profiles = ["*": profile]
    let (adapted, findings) = profile.adapted(request)
    dialect = try client.dialect(of: provider)
    var encoded = try dialect.encode(adapted, for: provider)
    encoded.warnings = findings + encoded.warnings
    if request.options.strictness == .refuse { try Self.check(encoded.warnings, provider) }
    self.request = adapted
    self.encoded = encoded
  }

  private static func check(_ warnings: [StreamWarning], _ provider: Provider) throws(SpateError) {
    let problems = warnings.filter(\.isAboutRequest).map(\.message)
    guard !problems.isEmpty else { return }
    var error = SpateError(
      .unsupportedParameter, "nothing was sent, for strictness is refuse: " + problems.joined(separator: "; "))
    error.provider = provider.id
    throw error
  }
}
