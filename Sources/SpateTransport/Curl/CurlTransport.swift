// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl
  internal import SpateCore
  internal import SpateEventLoop

  #if canImport(Glibc)
    internal import Glibc
  #elseif canImport(Musl)
    internal import Musl
  #endif

  /// The transport on Linux: libcurl's multi interface, driven by a libevent loop on a thread of its own, and beside it
  /// on the same loop our own HTTP/1.1 for `http` to an address that is known (``PlainHTTP``).
  ///
  /// Sinks are called on that thread.
  ///
  /// `@unchecked Sendable`: every `var` is touched by the loop's thread alone.
  public final class CurlTransport: Transport, @unchecked Sendable {
    /// The one of the process, with its connections; its thread starts with the first use.
    public static let shared = CurlTransport()

    /// The network library in use and its TLS, for diagnostics, or why it can not be used.
    ///
    /// libcurl is loaded when the first request needs it. A process that gives up its rights to read files before that,
    /// or may not spend the milliseconds then, asks for this at its start.
    public static var libraryDescription: String {
      switch CurlLibrary.shared {
      case .success(let library): library.description
      case .failure(let error): error.message
      }
    }

    let loop: EventLoop
    private let executor: LoopExecutor
    let handles = CurlHandlePool()
    /// Takes the requests that need no more than a socket; nil where libcurl is to carry all.
    private let plain: PlainHTTP?
    private let certificateAuthorities: String?
    private let transfersPerMulti: Int
    let idleLifetime: Duration
    private(set) var idleClock: LoopTimer?
    @exclusivity(unchecked) private(set) var multis: [CurlMulti] = []
    @exclusivity(unchecked) var scheduled = ScheduledCalls()
    private(set) var isStopped = false
    /// Those something was delivered to in this turn; the other two are scratch space, kept for their storage.
    @exclusivity(unchecked) var touched: [CurlTransfer] = []
    @exclusivity(unchecked) private var turn: [CurlTransfer] = []
    @exclusivity(unchecked) private var done: [(CurlTransfer, CURLcode)] = []
    /// Pieces of one body, and whose.
    var staged: [UInt8] = []
    var stagedFor: CurlTransfer?

    /// A transport with a loop of its own, which lives until ``stop()``.
    ///
    /// The cost of a transfer grows with the number of connections of its multi handle, so a new one is made for every
    /// `transfersPerMulti` at a time. Connections nobody uses are closed when nothing ran for `idleLifetime`.
    /// `certificateAuthorities` is a file that replaces the system's. Without `plainHTTP` libcurl carries every request.
    package init(
      transfersPerMulti: Int = 1000, idleLifetime: Duration = .seconds(120), certificateAuthorities: String? = nil,
      plainHTTP: Bool = true
    ) {
      self.transfersPerMulti = transfersPerMulti
      self.idleLifetime = idleLifetime
      self.certificateAuthorities = certificateAuthorities
      loop = EventLoop(hasPreciseTimers: false)
      executor = LoopExecutor(loop: loop)
      plain = plainHTTP ? PlainHTTP(loop: loop, idleLifetime: idleLifetime) : nil
      loop.call {
        self.loop.atTurnEnd { self.endTurn() }
        self.idleClock = LoopTimer(loop: self.loop) { [unowned self] in closeIdleConnections() }
      }
    }

    /// A transport that trusts the certificate authorities of `file` (PEM), and those alone.
    ///
    /// ```swift
    /// let transport = CurlTransport(certificateAuthorities: "/etc/ssl/company.pem")
    /// let client = Client(provider: .compatible(baseURL: "https://llm.company.example/v1"), transport: transport)
    /// ```
    ///
    /// Certificates are always verified: there is no way to switch that off (trust.md S11). A file that can not be read
    /// is an error of class `tls` of each request. The transport keeps its thread until ``stop()``: make one for the
    /// process.
    public convenience init(certificateAuthorities file: String) {
      self.init(transfersPerMulti: 1000, certificateAuthorities: file)
    }

    /// How many transfers hold a libcurl handle or a socket: 0 when every one has ended.
    package var handlesInUse: Int { handles.inUse + (plain?.inUse ?? 0) }

    /// Sends `request`; returns at once. Everything that happens, failures too, comes through `sink`.
    public func start(_ request: HTTPRequest, sink: any ByteSink) -> any Transfer {
      if let plain, let transfer = plain.transfer(for: request, sink: sink) {
        let isTaken = loop.call {
          if self.isStopped { plain.finish(transfer, .failure(Self.stopped)) } else { plain.begin(transfer) }
        }
        if !isTaken { plain.endAfterStop(transfer, failureAfterStop) }
        return transfer
      }
      let transfer = CurlTransfer(transport: self, sink: sink, expectsBody: request.expectsStream)
      transfer.addresses = request.addresses
      let refusal = prepare(transfer, for: request)
      if !loop.call({ self.begin(transfer, refusal) }) { endAfterStop(transfer) }
      return transfer
    }

    /// libcurl asks before it opens a socket.
    public var guardsAddresses: Bool { true }

    /// Runs tasks on the transport's own thread, which saves a change of threads for each piece that comes.
    ///
    /// ```swift
    /// await Task.detached(executorPreference: transport.taskExecutor) { ... }.value
    /// ```
    ///
    /// A task that inherits the main actor stays there, whatever it prefers: so a detached one.
    ///
    /// For programs that do little with what they read: a task that blocks or computes there holds up every other stream
    /// of the transport, and its timeouts. A view that blocks throws there instead of waiting for itself.
    public var taskExecutor: any TaskExecutor { executor }

    /// Whether the caller runs on the loop's thread.
    public var isOnOwnThread: Bool { loop.isOnLoop }

    /// Cancels what runs, closes every connection and ends the thread. No request can follow.
    ///
    /// Waits for all that, except on the transport's own thread, where it would wait for itself.
    public func stop() {
      perform { self.shutDown() }
      loop.stop()
    }

    // MARK: For transfers and timers

    /// Runs `body` on the loop's thread, outside of every callback.
    func perform(_ body: @escaping @Sendable () -> Void) { loop.call(body) }

    /// Runs `body` on the loop's thread: at once where that is this one, maybe inside a callback. False where nothing runs
    /// there any more.
    @discardableResult
    func performSoon(_ body: @escaping @Sendable () -> Void) -> Bool {
      guard loop.isOnLoop else { return loop.call(body) }
      body()
      return true
    }

    // MARK: Any thread

    /// Done by the caller of `start`, so that copying a large body does not hold up the loop.
    private func prepare(_ transfer: CurlTransfer, for request: HTTPRequest) -> TransportError? {
      if let flaw = request.flaw { return flaw }
      do throws(TransportError) {
        guard let handle = handles.take(try CurlLibrary.shared.get()) else { return Self.noMemory }
        transfer.handle = handle
        try handle.prepare(request, certificateAuthorities: certificateAuthorities, transfer: transfer)
        return nil
      } catch {
        return error
      }
    }

    /// Nothing runs on the loop any more, so the caller's thread is the only one left to say it.
    private func endAfterStop(_ transfer: CurlTransfer) {
      if let handle = transfer.handle { handles.put(handle) }
      transfer.handle = nil
      transfer.sink?.end(.failure(failureAfterStop))
      transfer.sink = nil
    }

    private var failureAfterStop: TransportError {
      loop.failure.map { TransportError(.unavailable, "there is no event loop: \($0)") } ?? Self.stopped
    }

    static let noMemory = TransportError(.unavailable, "libcurl has no memory left")
    static let stopped = TransportError(.cancelled, "the transport was stopped")

    // MARK: The loop's thread

    func multiWithRoom(_ library: CurlLibrary) -> CurlMulti? {
      if let multi = multis.first(where: { $0.count < transfersPerMulti }) { return multi }
      guard
        let multi = CurlMulti(
          library, loop: loop, connections: transfersPerMulti, acted: { [unowned self] in deliverStaged() })
      else { return nil }
      multis.append(multi)
      return multi
    }

    /// An idle process keeps no sockets: libcurl itself closes them only when it needs one for another request.
    private func closeIdleConnections() {
      guard multis.allSatisfy({ $0.count == 0 }) else { return }
      for multi in multis { multi.close() }
      multis = []
    }

    private func endTurn() {
      // Without libcurl's transfers, which is mostly, there is nothing to do for it.
      guard !multis.isEmpty || !touched.isEmpty else {
        plain?.endTurn()
        return
      }
      for multi in multis { multi.collectDone(into: &done) }
      // First: those that end need no other call.
      for (transfer, code) in done { finish(transfer, code) }
      done.removeAll(keepingCapacity: true)
      swap(&touched, &turn)
      for transfer in turn where transfer.awaitsTurnEnd {
        transfer.awaitsTurnEnd = false
        transfer.sink?.turnEnded()
      }
      turn.removeAll(keepingCapacity: true)
      plain?.endTurn()
    }

    private func shutDown() {
      isStopped = true
      for transfer in multis.flatMap(\.running) { finish(transfer, .failure(Self.stopped)) }
      plain?.shutDown(Self.stopped)
      for call in scheduled.calls { call.stop() }
      scheduled = ScheduledCalls()
      closeIdleConnections()
      idleClock = nil
      handles.close()
    }
  }
#endif
