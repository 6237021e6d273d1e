// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl
  internal import SpateCore

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #endif

  /// A libcurl easy handle and what its settings point to. Owned by one transfer at a time, else by the pool.
  final class CurlHandle {
    let library: CurlLibrary
    let easy: UnsafeMutableRawPointer
    private var curl: UnsafePointer<spate_curl> { library.functions }
    private var lines: UnsafeMutablePointer<curl_slist>?
    /// The first setting that was refused.
    private var refused = CURLE_OK

    /// Nil when libcurl has no memory left.
    init?(_ library: CurlLibrary) {
      guard let easy = spate_curl_easy_init(library.functions) else { return nil }
      self.library = library
      self.easy = easy
    }

    deinit {
      spate_curl_easy_cleanup(curl, easy)
      spate_curl_free(curl, lines)
    }

    /// Forgets the request, credentials included; connections live in the multi handle and stay.
    func reset() {
      spate_curl_easy_reset(curl, easy)
      spate_curl_free(curl, lines)
      lines = nil
      refused = CURLE_OK
    }

    /// Makes the handle carry `request`. The callbacks find `transfer`, which must outlive the transfer.
    func prepare(
      _ request: HTTPRequest, certificateAuthorities: String?, transfer: CurlTransfer
    ) throws(TransportError) {
      setSecurity(certificateAuthorities: certificateAuthorities)
      setConnection(request)
      setMessage(request)
      setFields(request)
      setCallbacks(Unmanaged.passUnretained(transfer).toOpaque())
      if request.addresses != nil { setGuard(Unmanaged.passUnretained(transfer).toOpaque()) }
      // Also a refused security setting ends here: never send without it.
      guard refused == CURLE_OK else {
        throw TransportError(.unavailable, "libcurl refused a setting (code \(refused.rawValue))")
      }
    }

    /// Whether the server has closed the connection that the request is about to be sent on. libcurl looks only once
    /// a second, and uses a connection that died in between.
    var isConnectionClosed: Bool {
      var socket = curl_socket_t(-1)
      guard spate_curl_get_socket(curl, easy, &socket) == CURLE_OK, socket >= 0 else { return false }
      let closed = Int16(POLLHUP | POLLERR) | spate_poll_peer_closed
      var entry = pollfd(fd: socket, events: spate_poll_peer_closed, revents: 0)
      return poll(&entry, 1, 0) > 0 && entry.revents & closed != 0
    }

    /// Makes the next start open a connection. Only where the handle is in no multi handle.
    func useFreshConnection() { set(CURLOPT_FRESH_CONNECT, 1) }

    /// Goes on after a pause. May deliver what was held, and that may pause again, before it returns.
    func goOn() -> CURLcode { spate_curl_continue(curl, easy) }

    /// Bytes of the body as they came, before they are inflated; nil where libcurl does not say it.
    var receivedCount: Int? {
      var count: curl_off_t = 0
      return spate_curl_get_received(curl, easy, &count) == CURLE_OK ? Int(count) : nil
    }

    // MARK: Settings (trust.md 5)

    private func setSecurity(certificateAuthorities: String?) {
      set(CURLOPT_PROTOCOLS_STR, "http,https")
      set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
      set(CURLOPT_FOLLOWLOCATION, 0)
      set(CURLOPT_UNRESTRICTED_AUTH, 0)
      set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
      set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
      set(CURLOPT_HTTP09_ALLOWED, 0)
      set(CURLOPT_SSL_VERIFYPEER, 1)
      set(CURLOPT_SSL_VERIFYHOST, 2)
      set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
      if let certificateAuthorities {
        set(CURLOPT_CAINFO, certificateAuthorities)
        set(CURLOPT_PROXY_CAINFO, certificateAuthorities)
      }
    }

    private func setConnection(_ request: HTTPRequest) {
      set(CURLOPT_NOSIGNAL, 1)
      // Without it removing a transfer waits for its resolver: 3.7 s of a stopped loop were measured.
      set(CURLOPT_QUICK_EXIT, 1)
      set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
      note(spate_curl_close_on_exec(curl, easy))
      set(CURLOPT_TCP_NODELAY, 1)
      set(CURLOPT_TCP_KEEPALIVE, 1)
      set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      // The head of a proxy's answer to CONNECT is not the head, and our fields are not for the proxy.
      set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
      set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
      if URLParts(request.url).isLoopback { set(CURLOPT_PROXY, "") }
    }

    private func setMessage(_ request: HTTPRequest) {
      set(CURLOPT_URL, request.url)
      set(CURLOPT_PATH_AS_IS, 1)
      set(CURLOPT_ACCEPT_ENCODING, request.expectsStream ? "identity" : "gzip")
      switch request.method {
      case "HEAD": set(CURLOPT_NOBODY, 1)
      case "GET" where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
      case "POST", "PUT", "PATCH": setBody(request.body)
      default: if !request.body.isEmpty { setBody(request.body) }
      }
      if !["HEAD", "GET", "POST"].contains(request.method) || request.method == "GET" && !request.body.isEmpty {
        set(CURLOPT_CUSTOMREQUEST, request.method)
      }
    }

    private func setBody(_ body: [UInt8]) {
      note(spate_curl_set_offset(curl, easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      // Never a null pointer: libcurl would then read the body from standard input.
      let code =
        body.isEmpty
        ? spate_curl_set_string(curl, easy, CURLOPT_COPYPOSTFIELDS, "")
        : body.withUnsafeBytes { spate_curl_set_bytes(curl, easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
      note(code)
    }

    private func setFields(_ request: HTTPRequest) {
      for field in request.fields.fields {
        // "Name:" would remove the field; "Name;" sends it empty.
        let isEmpty = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        append(line: isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
      }
      // What libcurl would add unasked. With Expect a body above 1 MB would wait a second for "100 Continue".
      append(line: "Expect:")
      for name in ["Accept", "Content-Type"] where request.fields[name] == nil { append(line: "\(name):") }
      note(spate_curl_set_list(curl, easy, CURLOPT_HTTPHEADER, lines))
    }

    private func setCallbacks(_ transfer: UnsafeMutableRawPointer) {
      note(
        spate_curl_on_body(
          curl, easy,
          { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
              transfer.received(UnsafeBufferPointer(start: $0, count: count))
            }
          }, transfer))
      note(
        spate_curl_on_header(
          curl, easy,
          { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            let line = [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
            return transfer.received(headerLine: line) ? count : 0
          }, transfer))
      note(
        spate_curl_on_request(
          curl, easy,
          { context, _, _, _, _ in
            guard let context else { return CURL_PREREQFUNC_ABORT }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.maySendRequest() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
          }, transfer))
    }

    /// A proxy would connect for us, and a connection that is there was opened without the question.
    private func setGuard(_ transfer: UnsafeMutableRawPointer) {
      set(CURLOPT_PROXY, "")
      set(CURLOPT_FRESH_CONNECT, 1)
      set(CURLOPT_FORBID_REUSE, 1)
      note(
        spate_curl_on_open_socket(
          curl, easy,
          { context, purpose, place in
            guard let context, let place else { return spate_curl_bad_socket }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            guard transfer.mayConnect(to: CurlHandle.address(of: place)) else { return spate_curl_bad_socket }
            return spate_curl_open_socket(nil, purpose, place)
          }, transfer))
    }

    private static func address(of place: UnsafeMutablePointer<curl_sockaddr>) -> NetworkAddress? {
      var bytes = [UInt8](repeating: 0, count: 16)
      let count = bytes.withUnsafeMutableBufferPointer { spate_curl_address(place, $0.baseAddress) }
      return NetworkAddress(Array(bytes.prefix(Int(count))))
    }

    // MARK: Doors

    private func set(_ option: CURLoption, _ value: Int) { note(spate_curl_set_long(curl, easy, option, value)) }

    private func set(_ option: CURLoption, _ value: String) { note(spate_curl_set_string(curl, easy, option, value)) }

    private func append(line: String) {
      guard let longer = spate_curl_append(curl, lines, line) else { return note(CURLE_OUT_OF_MEMORY) }
      lines = longer
    }

    private func note(_ code: CURLcode) { if refused == CURLE_OK { refused = code } }

    /// At least 1: libcurl reads 0 as its own default of five minutes.
    private static func milliseconds(_ duration: Duration) -> Int {
      Int(min(max(duration / .milliseconds(1), 1), 1_000_000_000).rounded(.up))
    }
  }
#endif
