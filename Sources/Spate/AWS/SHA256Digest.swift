// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

#if canImport(CryptoKit)
  internal import CryptoKit
#endif

/// SHA-256 and its HMAC, for AWS's signatures, by the system's library: CryptoKit on Apple platforms, elsewhere OpenSSL's
/// libcrypto.
struct SHA256Digest {
  #if canImport(CryptoKit)
    init() {}

    /// The 32 bytes of the hash.
    func hash(_ message: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: message)) }

    /// The 32 bytes of the keyed hash.
    func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
      Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
  #else
    private let library: CryptoLibrary

    /// Throws what to install where there is no library for it.
    init() throws(SpateError) { library = try CryptoLibrary.shared.get() }

    /// The 32 bytes of the hash.
    func hash(_ message: [UInt8]) -> [UInt8] { library.hash(message) }

    /// The 32 bytes of the keyed hash.
    func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] { library.hmac(message, key: key) }
  #endif
}

extension [UInt8] {
  /// Two small digits a byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
