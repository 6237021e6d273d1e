// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// Which provider a model's name means, found offline.
struct Route {
  let provider: Provider
  /// By the provider's name for it.
  let model: String

  /// A named provider takes any name, as it is. Else `provider/model` and `provider:model` say it, then the beginning of
  /// the model's name.
  init(model name: String, provider: Provider?) throws(SpateError) {
    guard !name.isEmpty else { throw SpateError(.badRequest, "no model is named: say which one to ask") }
    if let provider {
      self.provider = provider
      model = name
      return
    }
    for separator in ["/", ":"] as [Character] {
      guard let place = name.firstIndex(of: separator), let named = Provider.named(String(name[..<place])) else {
        continue
      }
      self.provider = named
      model = String(name[name.index(after: place)...])
      guard !model.isEmpty else { throw SpateError(.badRequest, "\(name) names a provider and no model") }
      return
    }
    let known = Provider.all.first { $0.modelPrefixes.contains { name.hasPrefix($0) } }
    guard let known else {
      var error = SpateError(
        .unsupportedProvider,
        "which provider has the model \(name)? Write it as provider/model; Spate knows: "
          + Provider.all.map(\.id).joined(separator: ", "))
      error.model = name
      throw error
    }
    self.provider = known
    model = name
  }
}
