// SPDX-License-Identifier: Apache-2.0

internal import SpateTransport

/// Whether and from where a client fetches media itself, for a provider that takes their bytes only (Ollama, Bedrock,
/// sounds at OpenAI) and was given an address.
///
/// ```swift
/// let client = Client(mediaFetching: MediaFetching(hosts: ["images.example.com"]))
/// ```
///
/// Fetched is over http and https, without keys, cookies and proxies, and only from machines of the public internet: that
/// is asked of each address when its socket is opened, for the address itself and each redirect, so that no name can lead
/// to this machine, its network or a cloud's metadata.
public struct MediaFetching: Sendable {
  /// Whether anything is fetched. If not, such a call throws ``SpateCore/SpateError/Code/badRequest``.
  public var isOn: Bool
  /// The only hosts to fetch from, redirects included; nil for all public ones.
  public var hosts: Set<String>?
  /// The most bytes of one of them.
  public var limit: Int
  /// The most time for one of them, redirects included.
  public var timeout: Duration
  /// The most redirects.
  public var redirects: Int
  /// Which machines are asked: tests run on this one.
  var addresses = AddressPolicy.publicOnly

  /// From `hosts`, or from anywhere public, within these limits.
  public init(
    hosts: Set<String>? = nil, limit: Int = 20 << 20, timeout: Duration = .seconds(30), redirects: Int = 3
  ) {
    isOn = true
    self.hosts = hosts.map { Set($0.map { $0.lowercased() }) }
    self.limit = limit
    self.timeout = timeout
    self.redirects = redirects
  }

  /// Nothing is fetched.
  public static let off: MediaFetching = {
    var fetching = MediaFetching()
    fetching.isOn = false
    return fetching
  }()
}
