// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

extension Target {
  /// The bytes of a request as the target takes it: options that the model or the wire format can not take are left out of
  /// it or changed, and every such thing is in the warnings.
  ///
  /// Throws ``SpateError/Code/unsupportedParameter`` where anything was left out or changed and the caller wants all or
  /// nothing. `provider` is the target's, as what is known of it now.
  func encode(_ request: inout ChatRequest, at provider: Provider) throws(SpateError) -> EncodedRequest {
    var findings: [StreamWarning] = []
    if adapts { (request, findings) = profile.adapted(request) }
    var encoded = try dialect.encode(request, for: provider)
    if !findings.isEmpty { encoded.warnings = findings + encoded.warnings }
    if request.options.strictness == .refuse { try Self.check(encoded.warnings, provider) }
    return encoded
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

extension Client {
  /// What is known of a model: the profile that was given with it, else the client's, the provider's own, Spate's table.
  func profile(of model: String, at provider: Provider, _ given: ModelProfile? = nil) -> ModelProfile {
    given ?? profiles.profile(of: model, at: provider) ?? prepared.profile(of: model, at: provider)
  }
}
