// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension Provider {
  /// The same provider, asked in another dialect: at the path that it has for that one, where it has one.
  ///
  /// ```swift
  /// Provider.ollama.speaking(.openAIChat).baseURL  // http://localhost:11434/v1
  /// ```
  public func speaking(_ dialect: DialectID) -> Provider {
    var provider = self
    provider.dialect = dialect
    guard let path = otherPaths[dialect], !provider.bareURL.hasSuffix(path) else { return provider }
    provider.baseURL = provider.bareURL + path
    return provider
  }

  /// The same provider at another base URL. One that ends in the path of another dialect of it means that dialect:
  /// `http://box:11434/v1` is Ollama's OpenAI-shaped endpoint.
  public func at(_ baseURL: String) -> Provider {
    var provider = self
    provider.baseURL = baseURL
    if let other = otherPaths.first(where: { provider.bareURL.hasSuffix($0.value) }) { provider.dialect = other.key }
    return provider
  }

  /// Without slashes at its end.
  private var bareURL: String {
    var url = baseURL
    while url.hasSuffix("/") { url.removeLast() }
    return url
  }

  /// A path of this provider's API: the version is left out where the base URL ends in it already.
  func path(version: String, _ rest: String) -> String { bareURL.hasSuffix(version) ? rest : version + rest }
}
