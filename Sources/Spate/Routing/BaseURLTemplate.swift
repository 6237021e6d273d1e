// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// A base URL with places that the environment fills: `https://bedrock-runtime.{AWS_REGION=us-east-1}.amazonaws.com`.
///
/// A place names variables, of which the first one that is set counts (`{A|B}`), and after `=` what stands there when none
/// is. A place at the very beginning takes a whole URL, any other only what can not change which host is meant.
struct BaseURLTemplate {
  let provider: Provider
  let environment: Environment

  /// The base URL; throws which variable to set.
  func resolved() throws(SpateError) -> String {
    guard Self.hasPlaces(provider.baseURL) else { return provider.baseURL }
    var (url, rest) = ("", provider.baseURL[...])
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      url += rest[..<open]
      url += try value(of: rest[rest.index(after: open)..<close], atStart: url.isEmpty)
      rest = rest[rest.index(after: close)...]
    }
    return url + rest
  }

  /// Whether there is anything to fill.
  static func hasPlaces(_ url: String) -> Bool { url.utf8.contains(UInt8(ascii: "{")) }

  private func value(of place: Substring, atStart: Bool) throws(SpateError) -> String {
    let parts = place.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "|").map(String.init)
    guard let name = names.first(where: { environment[$0] != nil }), let value = environment[name] else {
      if parts.count > 1 { return String(parts[1]) }
      var error = SpateError(
        .badRequest, "the address of \(provider.name) is not known: set \(names.joined(separator: " or "))")
      error.provider = provider.id
      throw error
    }
    let isPlain = value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain || atStart else {
      throw SpateError(.badRequest, "\(name) can not be part of an address: letters, digits, - . _ are")
    }
    return atStart && value.hasSuffix("/") ? String(value.dropLast()) : value
  }
}
