// SPDX-License-Identifier: Apache-2.0

public import SpateDialects

/// A model that may be asked in another's place, by its name or with its provider.
///
/// ```swift
/// let recovery = Recovery(fallbacks: ["claude-sonnet-4-5", Candidate("llama3.2", provider: .ollama)])
/// ```
public struct Candidate: Sendable, Hashable, ExpressibleByStringLiteral {
  /// As in ``Client/model(_:provider:options:timeouts:recovery:profile:)``.
  public var model: String
  /// Who is asked; nil when the name says it.
  public var provider: Provider?
  /// Its share of the calls that are spread over several models, in proportion to the others'.
  public var weight: Double
  /// What it can do; nil for what is known of its family.
  public var profile: ModelProfile?

  /// A model, which gets as many calls as others of the same weight.
  public init(_ model: String, provider: Provider? = nil, weight: Double = 1, profile: ModelProfile? = nil) {
    self.model = model
    self.provider = provider
    self.weight = weight
    self.profile = profile
  }

  /// A model whose name says who has it.
  public init(stringLiteral model: String) { self.init(model) }
}
