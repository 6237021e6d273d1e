// SPDX-License-Identifier: Apache-2.0

/// Takes keys out of what others wrote: a provider may echo the key that it refuses (trust.md S4).
///
/// The configured keys themselves, and whatever has the shape of one: a known prefix and at least 20 characters of
/// `[A-Za-z0-9_-]` that are not all X, x, 0 or *. Shorter ones stay: providers mask keys themselves.
package struct Redactor: Sendable {
  private let keys: [[UInt8]]

  private static let mask = Array("***".utf8)
  private static let prefixes = ["sk-", "gsk_", "xai-", "AIza", "Bearer "].map { Array($0.utf8) }

  /// For these keys, as they are sent.
  package init(keys: [String]) {
    self.keys = keys.map { Array($0.utf8) }.filter { $0.count >= 4 }
  }

  /// The error with every text of it cleaned.
  package func redacted(_ error: SpateError) -> SpateError {
    var clean = error.replacingMessage(redacted(error.message))
    clean.providerCode = error.providerCode.map(redacted)
    clean.requestID = error.requestID.map(redacted)
    clean.body = redacted(error.body)
    return clean
  }

  /// The text without keys.
  package func redacted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let clean = redacted(bytes)
    return clean == bytes ? text : clean.span.decodedString()
  }

  /// The bytes without keys.
  package func redacted(_ bytes: [UInt8]) -> [UInt8] {
    var clean: [UInt8] = []
    clean.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let rest = bytes[index...]
      if let key = keys.first(where: { rest.starts(with: $0) }) {
        clean += Self.mask
        index += key.count
      } else if rest.count >= 8, keys.contains(where: { $0.starts(with: rest) }) {
        // A text that was cut in the middle of a key.
        clean += Self.mask
        index = bytes.count
      } else if let prefix = Self.prefixes.first(where: { rest.starts(with: $0) }),
        let end = Self.secretEnd(rest.dropFirst(prefix.count))
      {
        clean += prefix + Self.mask
        index = end
      } else {
        clean.append(bytes[index])
        index += 1
      }
    }
    return clean
  }

  /// Where a secret that begins here ends; nil when there is none.
  private static func secretEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
    let secret = bytes.prefix { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let masks = Array("Xx0*".utf8)
    return secret.count >= 20 && !secret.allSatisfy { masks.contains($0) } ? secret.endIndex : nil
  }
}
