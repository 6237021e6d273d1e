// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateDialects

/// What a client has worked out for earlier calls and need not work out again: it follows from names alone.
///
/// Reading an address and looking a model up in the table of profiles cost more than the rest of a small request.
final class PreparationCache: Sendable {
  private struct Address: Hashable {
    let base: String
    let path: String

    static func == (a: Address, b: Address) -> Bool {
      a.base.hasBytes(of: b.base) && a.path.hasBytes(of: b.path)
    }
  }

  private struct ModelName: Hashable {
    let provider: String
    let dialect: DialectID
    let model: String
  }

  /// What of a candidate says who it is. Two spellings of a name are two names (`==` would take them for one).
  private struct Name: Hashable {
    let model: String
    let provider: Provider?
    let profile: ModelProfile?

    init(_ candidate: Candidate) {
      model = candidate.model
      provider = candidate.provider
      profile = candidate.profile
    }

    static func == (a: Name, b: Name) -> Bool {
      a.model.hasBytes(of: b.model) && a.provider == b.provider && a.profile == b.profile
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(model)
      hasher.combine(provider)
    }
  }

  private struct State: Sendable {
    var endpoints: [Address: Endpoint] = [:]
    var profiles: [ModelName: ModelProfile] = [:]
    var targets: [Name: Target] = [:]
    /// What was asked for last: mostly it is again, and then nothing is hashed.
    var lastEndpoint: KnownEndpoint?
    var lastTarget: Target?
  }

  private final class KnownEndpoint: Sendable {
    let address: Address
    let endpoint: Endpoint

    init(_ address: Address, _ endpoint: Endpoint) {
      self.address = address
      self.endpoint = endpoint
    }
  }

  private let state = Lock(State())

  /// A program asks few addresses and models; one that makes up names does not fill the memory.
  private static let limit = 256

  /// The address of a call.
  func endpoint(base: String, path: String) throws(SpateError) -> Endpoint {
    let address = Address(base: base, path: path)
    let known = state.withLock { state -> Endpoint? in
      if let last = state.lastEndpoint, last.address == address { return last.endpoint }
      guard let known = state.endpoints[address] else { return nil }
      state.lastEndpoint = KnownEndpoint(address, known)
      return known
    }
    if let known { return known }
    let endpoint = try Endpoint(base: base, path: path)
    state.withLock { state in
      if state.endpoints.count >= Self.limit { state.endpoints = [:] }
      state.endpoints[address] = endpoint
    }
    return endpoint
  }

  /// Who a candidate is, by the settings that the client has now.
  func target(of candidate: Candidate) -> Target? {
    state.withLock { state in
      if let last = state.lastTarget, last.answers(candidate) { return last }
      guard let known = state.targets[Name(candidate)] else { return nil }
      state.lastTarget = known
      return known
    }
  }

  /// Keeps who a candidate is.
  func keep(_ target: Target, of candidate: Candidate) {
    state.withLock { state in
      if state.targets.count >= Self.limit { state.targets = [:] }
      state.targets[Name(candidate)] = target
    }
  }

  /// What is known of a model at a provider. The caller's own profiles are looked at anew each time.
  func profile(of model: String, at provider: Provider) -> ModelProfile {
    guard provider.profiles.isEmpty else { return provider.profile(of: model) }
    let name = ModelName(provider: provider.id, dialect: provider.dialect, model: model)
    if let known = state.withLock({ $0.profiles[name] }) { return known }
    let profile = provider.profile(of: model)
    state.withLock { state in
      if state.profiles.count >= Self.limit { state.profiles = [:] }
      state.profiles[name] = profile
    }
    return profile
  }
}
