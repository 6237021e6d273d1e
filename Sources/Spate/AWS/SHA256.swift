// SPDX-License-Identifier: Apache-2.0

#if canImport(CryptoKit)
  internal import CryptoKit
#endif

/// SHA-256 and its HMAC, for AWS's signatures: by CryptoKit on Apple platforms, elsewhere as FIPS 180-4 and RFC 2104 write
/// them down. A library for two functions would cost every start of a program more than they do (docs/decisions/0017).
///
/// No step depends on the value of a secret: there is no branch on one and no table that is looked up by one.
enum SHA256Digest {
  /// The 32 bytes of the hash.
  static func hash(_ message: [UInt8]) -> [UInt8] {
    #if canImport(CryptoKit)
      Array(SHA256.hash(data: message))
    #else
      SHA256State.hash(message)
    #endif
  }

  /// The 32 bytes of the keyed hash.
  static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    #if canImport(CryptoKit)
      Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    #else
      SHA256State.hmac(message, key: key)
    #endif
  }
}

extension [UInt8] {
  /// Two small digits a byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
