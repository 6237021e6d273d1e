// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl

  extension TransportError {
    /// The class of a libcurl failure, by its code alone: messages of libcurl change and may hold host names.
    ///
    /// A connection that breaks before the final head is a failure to connect, since nothing was answered; after it,
    /// the body is cut (trust.md 5). So is a body with a bad chunk size: libcurl has one code, 56, for that and for a
    /// break, and over TLS nothing else tells them apart either.
    init(curl code: CURLcode, hasHead: Bool) {
      let (kind, sentence): (Code, String) =
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: (.dns, "the host name could not be resolved")
        case CURLE_COULDNT_RESOLVE_PROXY: (.dns, "the name of the proxy could not be resolved")
        case CURLE_OPERATION_TIMEDOUT where !hasHead: (.connectTimeout, "no connection in the time allowed")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM,
          CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE,
          CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
          (.tls, "no TLS connection could be agreed on")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: (.tls, "the certificate is not trusted")
        case CURLE_SSL_CACERT_BADFILE: (.tls, "the trusted certificates could not be read")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: (.protocol, "the answer is not HTTP")
        case CURLE_BAD_CONTENT_ENCODING: (.protocol, "the compression of the body can not be undone")
        case CURLE_WRITE_ERROR: (.protocol, "the answer breaks the rules of HTTP")
        // A header line longer than libcurl takes ends as "out of memory", from 8.6 on as code 100.
        case CURLE_OUT_OF_MEMORY, CURLE_FILESIZE_EXCEEDED, CURLcode(rawValue: 100): (.limit, "the answer is too large")
        case CURLE_URL_MALFORMAT: (.badRequest, "the URL can not be read")
        case CURLE_COULDNT_CONNECT: (.connect, "the connection was refused")
        case CURLE_PROXY, CURLE_INTERFACE_FAILED: (.connect, "the connection could not be made")
        case _ where hasHead: (.truncated, "the connection broke before the body was complete")
        default: (.connect, "the connection ended before the response")
        }
      self.init(kind, "\(sentence) (libcurl code \(code.rawValue))")
    }
  }
#endif
