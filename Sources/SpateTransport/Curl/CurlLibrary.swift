// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl

  /// libcurl as it is found on the machine, which need not be the one whose headers Spate was built with.
  ///
  /// Loaded rather than linked: with all that it brings it costs more milliseconds than a whole short answer over plain
  /// HTTP, which does without it (docs/decisions/0017). It stays loaded until the process ends.
  struct CurlLibrary: Sendable {
    /// The oldest one that can be used, 7.87: before it, removing a transfer whose name is being looked up blocks the
    /// loop until the resolver answers (CURLOPT_QUICK_EXIT).
    static let oldest: UInt32 = 0x07_57_00

    /// The name that every distribution gives it. Never the bare `libcurl.so`, which comes with the headers.
    static let name = "libcurl.so.4"

    /// The one of the process, loaded and set up when it is first asked for; or why it can not be used.
    static let shared = Result { () throws(TransportError) in try CurlLibrary(name) }

    /// Never changed once they are found, never freed.
    nonisolated(unsafe) let functions: UnsafePointer<spate_curl>

    /// Loads the library of this name and sets it up. libcurl allows for that to be done more than once.
    init(_ name: String) throws(TransportError) {
      let functions = UnsafeMutablePointer<spate_curl>.allocate(capacity: 1)
      functions.initialize(to: spate_curl())
      if let reason = spate_curl_load(name, functions) {
        let detail = String(cString: reason)
        functions.deallocate()
        throw TransportError(
          .unavailable,
          "libcurl can not be loaded: install libcurl4 (Debian, Ubuntu) or libcurl (elsewhere), 7.87 or later (\(detail))"
        )
      }
      self.functions = UnsafePointer(functions)
      let code = spate_curl_global_init(functions)
      guard code == CURLE_OK else {
        throw TransportError(.unavailable, "libcurl could not be set up (code \(code.rawValue))")
      }
      if let refusal = Self.refusal(version: spate_curl_version(functions).pointee.version_num) { throw refusal }
    }

    /// The version and the TLS library, as `libcurl 7.88.1, OpenSSL/3.0.19`.
    var description: String {
      let info = spate_curl_version(functions).pointee
      let version = info.version.map { String(cString: $0) } ?? "unknown"
      let tls = info.ssl_version.map { String(cString: $0) } ?? "no TLS"
      return "libcurl \(version), \(tls)"
    }

    static func refusal(version: UInt32) -> TransportError? {
      guard version < oldest else { return nil }
      return TransportError(
        .unavailable, "libcurl \(version >> 16).\(version >> 8 & 0xFF) is too old: 7.87 or later is needed")
    }
  }
#endif
