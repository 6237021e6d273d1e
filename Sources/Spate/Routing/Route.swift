// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// Which provider a model's name means, found offline.
struct Route {
  let provider: Provider
  /// By the provider's name for it.
  let model: String

  /// Aliases first. A named provider then takes any name, as it is; what an alias stands for may name another. Else
  /// `provider/model` and `provider:model` say it, then the beginning of the model's name: by the user's rules, by the
  /// user's providers, by the built-in ones.
  init(model name: String, provider: Provider?, routing: Routing = Routing()) throws(SpateError) {
    guard !name.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    let target = try Self.target(of: name, routing)
    do throws(SpateError) {
      let isAlias = target != name
      if let provider, !isAlias {
        self.provider = provider
        model = name
      } else if let found = try Self.named(target, routing) ?? provider.map({ ($0, target) }) {
        (self.provider, model) = found
      } else {
        (self.provider, model) = (try Self.byPrefix(target, routing), target)
      }
    } catch {
      throw target == name ? error : Self.explained(error, name, target)
    }
  }

  /// What an alias stands for in the end.
  private static func target(of name: String, _ routing: Routing) throws(SpateError) -> String {
    var chain = [name]
    var target = name
    while let next = routing.aliases[target] {
      guard !chain.contains(next) else {
        let way = (chain + [next]).map { DisplayText.bounded($0, limit: 100) }.joined(separator: " -> ")
        throw SpateError(.badRequest, "the alias \(name) leads back to itself: \(way)")
      }
      guard !next.isEmpty else { throw SpateError(.badRequest, "the alias \(target) stands for nothing: name a model") }
      chain.append(next)
      target = next
    }
    return target
  }

  /// `provider/model` and `provider:model`.
  private static func named(_ name: String, _ routing: Routing) throws(SpateError) -> (Provider, String)? {
    for separator in ["/", ":"] as [Character] {
      guard let place = name.firstIndex(of: separator),
        let provider = routing.provider(named: String(name[..<place]))
      else { continue }
      let model = String(name[name.index(after: place)...])
      guard !model.isEmpty else { throw SpateError(.badRequest, "\(name) names a provider and no model") }
      return (provider, model)
    }
    return nil
  }

  private static func byPrefix(_ name: String, _ routing: Routing) throws(SpateError) -> Provider {
    let rules = routing.prefixes.filter { name.hasPrefix($0.key) }
    if let rule = rules.max(by: { $0.key.count < $1.key.count }) {
      guard let provider = routing.provider(named: rule.value) else {
        var error = SpateError(
          .unsupportedProvider,
          "\(name): names that begin with \(rule.key) go to \(rule.value), which is no provider")
        error.model = name
        throw error
      }
      return provider
    }
    let all = routing.all
    if let known = all.first(where: { $0.modelPrefixes.contains { name.hasPrefix($0) } }) { return known }
    var error = SpateError(
      .unsupportedProvider,
      "which provider has the model \(name)? Write it as provider/model; Spate knows: "
        + all.map(\.id).joined(separator: ", "))
    error.model = name
    throw error
  }

  private static func explained(_ error: SpateError, _ alias: String, _ target: String) -> SpateError {
    var explained = error.replacingMessage("the alias \(alias) stands for \(target): \(error.message)")
    explained.model = alias
    return explained
  }
}
