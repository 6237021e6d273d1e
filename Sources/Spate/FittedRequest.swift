// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// A request as its target takes it: options that the model or the wire format can not take are left out or changed,
/// and every such thing is in the warnings.
struct FittedRequest {
  /// Its bytes, with all warnings.
  let encoded: EncodedRequest
  /// Whether the answer comes as it is made.
  let isStream: Bool
  /// The answers that are asked for.
  let choices: Int

  /// Throws ``SpateError/Code/unsupportedParameter`` where anything was left out or changed and the caller wants all or
  /// nothing.
  ///
  /// `provider` is the target's, as what is known of it now.
  init(_ request: ChatRequest, for target: Target, at provider: Provider) throws(SpateError) {
    guard target.profile.saysAnything else {
      self.init(try target.dialect.encode(request, for: provider), request)
      if request.options.strictness == .refuse { try Self.check(encoded.warnings, provider) }
      return
    }
    let (adapted, findings) = target.profile.adapted(request)
    var encoded = try target.dialect.encode(adapted, for: provider)
    if !findings.isEmpty { encoded.warnings = findings + encoded.warnings }
    if request.options.strictness == .refuse { try Self.check(encoded.warnings, provider) }
    self.init(encoded, adapted)
  }

  private init(_ encoded: consuming EncodedRequest, _ request: borrowing ChatRequest) {
    self.encoded = encoded
    isStream = request.isStream
    choices = request.options.n ?? 1
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
