// SPDX-License-Identifier: Apache-2.0

#if canImport(CryptoKit)
  internal import CryptoKit
#else
  internal import CCrypto
#endif

/// SHA-256 and its HMAC by the system's library: CryptoKit on Apple platforms, OpenSSL's libcrypto elsewhere.
enum SHA256Digest {
  /// The 32 bytes of the hash.
  static func hash(_ message: [UInt8]) -> [UInt8] {
    #if canImport(CryptoKit)
      Array(SHA256.hash(data: message))
    #else
      digest { spate_sha256(message, message.count, $0) }
    #endif
  }

  /// The 32 bytes of the keyed hash.
  static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    #if canImport(CryptoKit)
      Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    #else
      digest { spate_hmac_sha256(key, key.count, message, message.count, $0) }
    #endif
  }

  #if !canImport(CryptoKit)
    private static func digest(_ compute: (UnsafeMutablePointer<UInt8>?) -> CInt) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
        // It fails only where memory has run out, as an allocation of ours would.
        precondition(compute(bytes.baseAddress) == 1, "libcrypto can not hash")
        count = 32
      }
    }
  #endif
}

extension [UInt8] {
  /// Two small digits a byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
