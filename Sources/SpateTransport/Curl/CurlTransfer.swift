// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl
  internal import SpateCore
  internal import Synchronization

  /// One exchange: what libcurl calls while it runs, and what its owner may call at any time.
  ///
  /// `@unchecked Sendable`: `isCancelled` is atomic; every `var` is set before the transfer is posted to the loop and
  /// touched by the loop's thread alone from then on.
  final class CurlTransfer: Transfer, @unchecked Sendable {
    private let transport: CurlTransport
    /// Set by the first cancel. Read in the callbacks too, so that not one more piece is delivered.
    private let cancelled = Atomic(false)

    /// Nil once `end` was delivered: a transfer that is over keeps nothing alive.
    var sink: (any ByteSink)?
    var handle: CurlHandle?
    /// The multi handle that runs it.
    var multi: CurlMulti?
    /// Whether the transport will report the end of this turn.
    var awaitsTurnEnd = false
    /// Why we ourselves stopped it from inside a callback; libcurl only knows that we did.
    private(set) var failure: TransportError?

    /// To whom it may go; nil for anybody.
    var addresses: AddressPolicy?
    /// An address that it may not go to was found.
    private(set) var hasRefusedAddress = false

    private var head: ResponseHeadReader
    /// The connection that libcurl chose was closed by the server; nothing was sent on it.
    private(set) var needsFreshConnection = false
    private var usesFreshConnection = false
    private var hasSent = false
    /// The body comes compressed, and libcurl inflates it.
    private var isCompressed = false
    private var inflatedCount = 0
    /// The sink asked for a pause.
    private var isPaused = false
    /// libcurl keeps the piece that came while paused and has stopped reading the socket.
    private var isHeld = false

    init(transport: CurlTransport, sink: any ByteSink, expectsBody: Bool) {
      self.transport = transport
      self.sink = sink
      head = ResponseHeadReader(expectsBody: expectsBody)
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    var hasHead: Bool { head.isDone }

    // MARK: Any thread

    // Both only post: libcurl must not be called from inside its callbacks, where a sink may well do this.

    func resume() { transport.perform { self.goOn() } }

    func cancel() {
      guard !cancelled.exchange(true, ordering: .relaxed) else { return }
      transport.perform { self.transport.finish(self, CURLE_ABORTED_BY_CALLBACK) }
    }

    // MARK: The loop's thread

    /// Prepares for another start, on a new connection.
    func useFreshConnection() {
      needsFreshConnection = false
      usesFreshConnection = true
      handle?.useFreshConnection()
    }

    private func goOn() {
      isPaused = false
      guard isHeld, let handle else { return }
      isHeld = false
      let code = handle.goOn()
      transport.deliverStaged()
      // No connection any more: the end is already on its way.
      guard code != CURLE_OK, code != CURLE_BAD_FUNCTION_ARGUMENT else { return }
      transport.finish(self, code)
    }

    // MARK: Inside libcurl

    /// Says how many bytes were taken: any other number than all stops the transfer.
    func received(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
      guard !isCancelled, sink != nil else { return 0 }
      guard hasHead else {
        failure = TransportError(.protocol, "a body without a head")
        return 0
      }
      // What is kept goes first, and the sink may pause at it.
      transport.makeRoom(for: bytes.count, of: self)
      // Only from the next piece on: libcurl keeps it and delivers it again after the pause, so nothing is lost.
      if isPaused {
        isHeld = true
        return spate_curl_write_pause
      }
      guard !bytes.isEmpty else { return 0 }
      if isCompressed, isBomb(growingBy: bytes.count) {
        failure = TransportError(.limit, "the compressed body grows more than 100-fold when it is read")
        return 0
      }
      transport.stage(bytes, for: self)
      return bytes.count
    }

    /// Hands over what libcurl brought in one go.
    func deliver(_ bytes: Span<UInt8>) {
      guard !isCancelled, let sink else { return }
      noteDelivery()
      if case .pause = sink.body(bytes) { isPaused = true }
    }

    /// A few bytes can inflate to gigabytes (trust.md S19). Asked before the piece is delivered; the first MiB is free.
    private func isBomb(growingBy count: Int) -> Bool {
      inflatedCount += count
      guard inflatedCount > Self.freeInflation else { return false }
      guard let received = handle?.receivedCount else { return true }
      return inflatedCount > Self.inflationLimit * max(received, 1)
    }

    private static let freeInflation = 1 << 20
    private static let inflationLimit = 100

    /// Says whether to go on.
    func received(headerLine line: [UInt8]) -> Bool {
      guard !isCancelled, let sink else { return false }
      do throws(TransportError) {
        guard let head = try head.line(line.span) else { return true }
        isCompressed = head.fields["Content-Encoding"] != nil
        noteDelivery()
        sink.head(head)
        return true
      } catch {
        failure = error
        return false
      }
    }

    /// Asked for each address of the host, before a socket is opened. What is no address of the internet is refused too.
    func mayConnect(to address: NetworkAddress?) -> Bool {
      guard let addresses else { return true }
      if let address, addresses.allows(address) { return true }
      hasRefusedAddress = true
      return false
    }

    /// Asked when there is a connection and nothing was sent on it.
    ///
    /// libcurl would send the request a second time where a reused connection turns out to be dead. The server may have
    /// read the first: that would be a silent retry (principle 6). So a connection is looked at before it is used, and
    /// each request is sent once.
    func maySendRequest() -> Bool {
      guard !hasSent else {
        failure = TransportError(.connect, "the connection ended before the response; not sent again")
        return false
      }
      guard usesFreshConnection || handle?.isConnectionClosed != true else {
        needsFreshConnection = true
        return false
      }
      hasSent = true
      sink?.sending()
      return true
    }

    private func noteDelivery() {
      guard !awaitsTurnEnd else { return }
      awaitsTurnEnd = true
      transport.noteDelivery(to: self)
    }
  }
#endif
