// SPDX-License-Identifier: Apache-2.0

#if canImport(CCrypto) && !canImport(CryptoKit)
  internal import CCrypto
  internal import SpateCore

  /// OpenSSL's libcrypto as it is found on the machine: loaded rather than linked, since only requests to AWS need it and
  /// every start of a program would pay for it (docs/decisions/0017). It stays loaded until the process ends.
  struct CryptoLibrary: Sendable {
    /// The names of the versions that have what we call, the newest first.
    static let names = ["libcrypto.so.3", "libcrypto.so.1.1"]

    /// The one of the process, loaded when it is first asked for; or why it can not be used.
    static let shared = Result { () throws(SpateError) in try CryptoLibrary(names) }

    private let functions: spate_crypto

    /// Loads the first library of these names that there is.
    init(_ names: [String]) throws(SpateError) {
      var reasons: [String] = []
      for name in names {
        var functions = spate_crypto()
        guard let reason = spate_crypto_load(name, &functions) else {
          self.functions = functions
          return
        }
        reasons.append(String(cString: reason))
      }
      throw SpateError(
        .badRequest,
        "a request to AWS is signed with libcrypto, which can not be loaded: install libssl3 (Debian, Ubuntu) or "
          + "openssl-libs (elsewhere), or use an API key (\(reasons.joined(separator: "; ")))")
    }

    func hash(_ message: [UInt8]) -> [UInt8] {
      withUnsafePointer(to: functions) { functions in
        Self.digest { spate_crypto_sha256(functions, message, message.count, $0) }
      }
    }

    func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
      withUnsafePointer(to: functions) { functions in
        Self.digest { spate_crypto_hmac(functions, key, key.count, message, message.count, $0) }
      }
    }

    private static func digest(_ compute: (UnsafeMutablePointer<UInt8>?) -> CInt) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
        // It fails only where memory has run out, as an allocation of ours would.
        precondition(compute(bytes.baseAddress) == 1, "libcrypto can not hash")
        count = 32
      }
    }
  }
#endif
