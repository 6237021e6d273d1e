// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// Who a candidate is, found out: which provider has the model, what the model can do, how it is spoken with.
///
/// It follows from names and a client's settings alone, so a client works it out once (``PreparationCache``).
final class Target: Sendable {
  /// Who was asked for.
  private let candidate: Candidate
  /// With ``Provider/fitted``.
  let provider: Provider
  /// By the provider's name for it.
  let model: String
  let profile: ModelProfile
  /// The profile may change a request, or warn of one.
  let adapts: Bool
  let dialect: any Dialect
  /// Nil where none are known.
  let prices: PriceList?
  /// The model goes on with a turn that was begun for it.
  let canGoOn: Bool
  /// Nil where the environment fills places in it, which may change.
  let baseURL: String?

  init(_ candidate: Candidate, of client: Client) throws(SpateError) {
    self.candidate = candidate
    let route = try Route(model: candidate.model, provider: candidate.provider, routing: client.routing)
    model = route.model
    dialect = try client.dialect(of: route.provider)
    profile = client.profile(of: route.model, at: route.provider, candidate.profile)
    adapts = profile.saysAnything
    // Rule R3: where nothing is known of the model, as most of those do that speak its dialect.
    canGoOn = profile.capabilities[.prefill] ?? [.anthropic, .mistral].contains(route.provider.dialect)
    prices = client.prices.list(of: route.provider.id)
    var provider = route.provider
    provider.fitted = profile
    self.provider = provider
    baseURL = BaseURLTemplate.hasPlaces(provider.baseURL) ? nil : provider.baseURL
  }

  /// Whether it is who is asked for now: the same bytes, for two spellings of a name are two names.
  func answers(_ other: Candidate) -> Bool {
    candidate.model.hasBytes(of: other.model) && candidate.provider == other.provider
      // Mostly there is no profile, which is sooner seen than two are compared.
      && (candidate.profile == nil && other.profile == nil || candidate.profile == other.profile)
  }
}

extension Client {
  /// Who a candidate is. Throws that nobody knows it.
  func target(of candidate: Candidate) throws(SpateError) -> Target {
    if let known = prepared.target(of: candidate) { return known }
    let target = try Target(candidate, of: self)
    prepared.keep(target, of: candidate)
    return target
  }
}
