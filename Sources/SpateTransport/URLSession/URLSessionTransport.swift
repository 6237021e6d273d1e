// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  internal import Darwin
  internal import Dispatch
  internal import Foundation
  internal import SpateCore

  /// The transport on Apple platforms: a URLSession with a delegate on a serial queue.
  ///
  /// Written by URLSession's documentation alone: it has never been built nor run, since the project has no Mac. What is
  /// known to differ from libcurl's: URLSession does not say when a connection stands, so the connect clock is kept only
  /// for requests with a body; header fields of one name come joined; the growth of a compressed body has no limit of its
  /// own (trust.md S19); which addresses a proxy is used for is the system's choice.
  public final class URLSessionTransport: Transport, @unchecked Sendable {
    /// The one of the process.
    public static let shared = URLSessionTransport()

    // `@unchecked Sendable`: nothing changes after `init`.
    private let queue = DispatchQueue(label: "spate.transport")
    private let delegate: SessionDelegate
    private let session: URLSession

    /// A transport with a session of its own.
    public init() {
      let configuration = URLSessionConfiguration.ephemeral
      configuration.httpCookieStorage = nil
      configuration.httpShouldSetCookies = false
      configuration.urlCache = nil
      configuration.urlCredentialStorage = nil
      configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
      configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
      configuration.httpMaximumConnectionsPerHost = 1000
      configuration.waitsForConnectivity = false
      // The clocks are the client's own: URLSession's would end a healthy stream after 60 s (rule L7).
      configuration.timeoutIntervalForRequest = 1_000_000_000
      configuration.timeoutIntervalForResource = 1_000_000_000
      let callbacks = OperationQueue()
      callbacks.maxConcurrentOperationCount = 1
      callbacks.underlyingQueue = queue
      delegate = SessionDelegate()
      session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: callbacks)
    }

    /// The system's clock that stands still while the machine sleeps.
    public var now: Duration { .nanoseconds(Int64(clock_gettime_nsec_np(CLOCK_UPTIME_RAW))) }

    /// Sends `request`; returns at once. Everything that happens, failures too, comes through `sink`.
    public func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
      let transfer = SessionTransfer(queue: queue, sink: sink, expectsBody: request.expectsStream)
      let delegate = delegate
      guard request.flaw == nil, let message = Self.message(for: request) else {
        let flaw = request.flaw ?? TransportError(.badRequest, "the URL can not be read")
        queue.async { transfer.finish(.failure(flaw)) }
        return transfer
      }
      let task = session.dataTask(with: message)
      // Without a body nothing tells a slow connection from a slow answer.
      let clock = request.body.isEmpty ? nil : schedule(after: request.connectTimeout) { transfer.giveUpConnecting() }
      queue.async {
        delegate.transfers[task.taskIdentifier] = transfer
        transfer.begin(task, clock)
      }
      return transfer
    }

    /// Runs `body` once on the transport's queue, `delay` from now, unless cancelled.
    public func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> any Transfer {
      let timer = SessionTimer(body)
      queue.asyncAfter(deadline: .now() + max(delay / .seconds(1), 0)) { timer.fire() }
      return timer
    }

    private static func message(for request: HTTPRequest) -> URLRequest? {
      guard let url = URL(string: request.url) else { return nil }
      var message = URLRequest(url: url)
      message.httpMethod = request.method
      message.httpShouldHandleCookies = false
      if !request.body.isEmpty { message.httpBody = Data(request.body) }
      for field in request.fields.fields { message.addValue(field.value, forHTTPHeaderField: field.name) }
      if request.expectsStream { message.setValue("identity", forHTTPHeaderField: "Accept-Encoding") }
      return message
    }
  }

  /// Hands each callback to its transfer.
  ///
  /// `@unchecked Sendable`: `transfers` is touched on the session's queue alone.
  private final class SessionDelegate: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    var transfers: [Int: SessionTransfer] = [:]

    func urlSession(
      _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
      newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
      // Never followed: the key would go along (trust.md S9).
      completionHandler(nil)
    }

    func urlSession(
      _ session: URLSession, task: URLSessionTask, didSendBodyData bytesSent: Int64, totalBytesSent: Int64,
      totalBytesExpectedToSend: Int64
    ) {
      transfers[task.taskIdentifier]?.sends()
    }

    func urlSession(
      _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
      completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
      let goesOn = transfers[dataTask.taskIdentifier]?.received(response) ?? false
      completionHandler(goesOn ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
      transfers[dataTask.taskIdentifier]?.received(data)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
      transfers.removeValue(forKey: task.taskIdentifier)?.completed(error)
    }
  }
#endif
