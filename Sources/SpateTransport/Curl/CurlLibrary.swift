// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl

  /// The libcurl this process found when it started, which need not be the one whose headers Spate was built with.
  enum CurlLibrary {
    /// The oldest one that can be used, 7.87: before it, removing a transfer whose name is being looked up blocks the
    /// loop until the resolver answers (CURLOPT_QUICK_EXIT).
    static let oldest: UInt32 = 0x07_57_00

    /// Set up once for the process; why it can not be used, or nil.
    static let refusal: TransportError? = {
      let code = spate_curl_global_init()
      guard code == CURLE_OK else {
        return TransportError(.unavailable, "libcurl could not be set up (code \(code.rawValue))")
      }
      return refusal(version: spate_curl_version().pointee.version_num)
    }()

    /// The version and the TLS library, as `libcurl 7.88.1, OpenSSL/3.0.19`.
    static let description: String = {
      let info = spate_curl_version().pointee
      let version = info.version.map { String(cString: $0) } ?? "unknown"
      let tls = info.ssl_version.map { String(cString: $0) } ?? "no TLS"
      return "libcurl \(version), \(tls)"
    }()

    static func refusal(version: UInt32) -> TransportError? {
      guard version < oldest else { return nil }
      return TransportError(
        .unavailable, "libcurl \(version >> 16).\(version >> 8 & 0xFF) is too old: 7.87 or later is needed")
    }
  }
#endif
