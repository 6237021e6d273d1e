// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// An entry of Spate's own table of profiles: the families of models that are known.
///
/// The facts come from the makers' public documentation as it was in November 2026, and from reports of what their servers
/// refuse, where an entry says so. No provider was asked live by us.
struct ModelFamily: Sendable {
  /// At whom its names mean these models; empty for everywhere.
  var providers: Set<String> = []
  /// In which dialects its names mean these models, whoever speaks them; empty for all.
  var dialects: Set<DialectID> = []
  var patterns: [NamePattern]
  private let made: @Sendable () -> ModelProfile

  /// Made when it is asked for: a program that starts asks for one of them.
  var profile: ModelProfile { made() }

  init(
    _ patterns: String..., at providers: Set<String> = [], in dialects: Set<DialectID> = [],
    _ profile: @autoclosure @escaping @Sendable () -> ModelProfile
  ) {
    self.patterns = patterns.map { NamePattern($0) }
    self.providers = providers
    self.dialects = dialects
    made = profile
  }

  /// A family that is the same wherever it runs.
  init(everywhere patterns: String..., profile: @autoclosure @escaping @Sendable () -> ModelProfile) {
    self.patterns = patterns.map { NamePattern($0) }
    made = profile
  }

  /// All of them.
  static let all: [ModelFamily] = openAI + anthropic + google + mistral + others

  /// What holds for every model of a provider.
  private static func common(at provider: Provider) -> ModelProfile? {
    switch provider.id {
    case "cohere": cohereDefault
    case "deepseek": deepSeekDefault
    case "groq": groqDefault
    default: nil
    }
  }

  /// Of the families that fit, those of the provider or its dialect come before those that are the same everywhere; of
  /// two, the one with the longer pattern counts.
  static func profile(of model: String, at provider: Provider) -> ModelProfile? {
    let name = NamePattern.folded(model)
    var best: (rank: Int, weight: Int, family: ModelFamily)?
    for family in all where family.isThere(provider) {
      let rank = family.providers.isEmpty && family.dialects.isEmpty ? 0 : 1
      for pattern in family.patterns where pattern.matches(name) {
        if best.map({ (rank, pattern.weight) > ($0.rank, $0.weight) }) ?? true {
          best = (rank, pattern.weight, family)
        }
      }
    }
    let profile = best?.family.profile
    guard let common = common(at: provider) else { return profile }
    return profile?.over(common) ?? common
  }

  private func isThere(_ provider: Provider) -> Bool {
    (providers.isEmpty && dialects.isEmpty) || providers.contains(provider.id) || dialects.contains(provider.dialect)
  }
}
