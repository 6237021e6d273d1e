// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  internal import Dispatch
  internal import Foundation
  @_spi(Internals) internal import SpateCore

  /// One exchange of a ``URLSessionTransport``.
  ///
  /// `@unchecked Sendable`: every `var` is touched on `queue` alone.
  final class SessionTransfer: Transfer, @unchecked Sendable {
    private let queue: DispatchQueue
    private let expectsBody: Bool
    private var sink: (any ByteSink)?
    private var task: URLSessionDataTask?
    private var connectClock: (any Transfer)?
    private var hasHead = false
    private var isSending = false
    private var isPaused = false
    /// What came after a pause: the session delivers what it has read already.
    private var held: [Data] = []
    /// The end that waits behind what is held.
    private var heldEnd: Result<Void, TransportError>?

    init(queue: DispatchQueue, sink: any ByteSink, expectsBody: Bool) {
      self.queue = queue
      self.sink = sink
      self.expectsBody = expectsBody
    }

    // MARK: Any thread

    func resume() { queue.async { self.goOn() } }

    func cancel() {
      queue.async { self.finish(.failure(TransportError(.cancelled, "the request was cancelled"))) }
    }

    // MARK: The queue

    func begin(_ task: URLSessionDataTask, _ clock: (any Transfer)?) {
      // Cancelled before it began.
      guard sink != nil else {
        clock?.cancel()
        return task.cancel()
      }
      self.task = task
      connectClock = clock
      task.resume()
    }

    /// A part of the request's body is out, so there is a connection.
    func sends() {
      guard !isSending else { return }
      isSending = true
      connectClock?.cancel()
      connectClock = nil
      sink?.sending()
    }

    func giveUpConnecting() {
      guard !isSending else { return }
      finish(.failure(TransportError(.connectTimeout, "no connection in the time allowed")))
    }

    /// Says whether to go on.
    func received(_ response: URLResponse) -> Bool {
      guard let sink, let response = response as? HTTPURLResponse else { return false }
      sends()
      var fields = HTTPFields()
      for (name, value) in response.allHeaderFields { fields.append(name: "\(name)", value: "\(value)") }
      guard !expectsBody || (response.statusCode != 204 && response.statusCode != 205) else {
        finish(.failure(TransportError(.protocol, "a status that has no body in answer to a request for a stream")))
        return false
      }
      hasHead = true
      sink.head(HTTPHead(status: response.statusCode, fields: fields))
      sink.turnEnded()
      return true
    }

    func received(_ data: Data) {
      guard let sink, !data.isEmpty else { return }
      guard !isPaused else { return held.append(data) }
      let bytes = [UInt8](data)
      if case .pause = sink.body(bytes.span) {
        isPaused = true
        task?.suspend()
      }
      sink.turnEnded()
    }

    func completed(_ error: (any Error)?) {
      let result: Result<Void, TransportError> =
        if let error { .failure(TransportError(session: error, hasHead: hasHead)) } else { .success(()) }
      if isPaused { heldEnd = result } else { finish(result) }
    }

    func finish(_ result: Result<Void, TransportError>) {
      guard let sink else { return }
      self.sink = nil
      connectClock?.cancel()
      connectClock = nil
      held = []
      task?.cancel()
      task = nil
      sink.end(result)
    }

    private func goOn() {
      guard isPaused else { return }
      isPaused = false
      task?.resume()
      while !isPaused, !held.isEmpty { received(held.removeFirst()) }
      if !isPaused, let heldEnd { finish(heldEnd) }
    }
  }

  /// A closure that runs once on the session's queue, unless it is cancelled first.
  final class SessionTimer: Transfer {
    private let body: Lock<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Lock(body) }

    func resume() {}

    func cancel() { body.withLock { $0 = nil } }

    func fire() { body.withLock { $0.take() }?() }
  }

  extension TransportError {
    /// The class of a failure of URLSession's, by its code alone: its texts hold addresses.
    init(session error: any Error, hasHead: Bool) {
      let code = (error as? URLError)?.code
      let (kind, sentence): (Code, String) =
        switch code {
        case .cancelled?: (.cancelled, "the request was cancelled")
        case .cannotFindHost?, .dnsLookupFailed?: (.dns, "the host name could not be resolved")
        case .secureConnectionFailed?, .clientCertificateRejected?, .clientCertificateRequired?:
          (.tls, "no TLS connection could be agreed on")
        case .serverCertificateHasBadDate?, .serverCertificateUntrusted?, .serverCertificateHasUnknownRoot?,
          .serverCertificateNotYetValid?, .appTransportSecurityRequiresSecureConnection?:
          (.tls, "the certificate is not trusted")
        case .badServerResponse?, .cannotDecodeRawData?, .cannotDecodeContentData?, .cannotParseResponse?:
          (.protocol, "the answer breaks the rules of HTTP")
        case .dataLengthExceedsMaximum?: (.limit, "the answer is too large")
        case .badURL?, .unsupportedURL?: (.badRequest, "the URL can not be read")
        case .timedOut? where !hasHead: (.connectTimeout, "no connection in the time allowed")
        case _ where hasHead: (.truncated, "the connection broke before the body was complete")
        default: (.connect, "the connection could not be made, or ended before the response")
        }
      self.init(kind, "\(sentence) (URLSession code \(code?.rawValue ?? 0))")
    }
  }
#endif
