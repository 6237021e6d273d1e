// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  @_spi(Internals) internal import SpateCore
  package import SpateEventLoop

  /// A small, strict HTTP/1.1 server on loopback.
  ///
  /// It runs from ``start()`` until ``stop()``; letting go of it does not stop it.
  package final class HTTPServer: Sendable {
    private enum State: Sendable {
      case new
      case running(ServerCore, port: UInt16, ownsLoop: Bool)
      case stopped(ServerCounters, port: UInt16)
    }

    private let configuration: ServerConfiguration
    private let givenLoop: EventLoop?
    private let handler: any RequestHandler
    private let state = Lock(State.new)

    /// A server on `loop`, or on a loop of its own. A given loop must outlive the server.
    package init(
      configuration: ServerConfiguration = ServerConfiguration(), loop: EventLoop? = nil, handler: any RequestHandler
    ) {
      self.configuration = configuration
      givenLoop = loop
      self.handler = handler
    }

    /// A server whose handler is a closure.
    package convenience init(
      configuration: ServerConfiguration = ServerConfiguration(), loop: EventLoop? = nil,
      handle: @escaping @Sendable (Exchange) -> Void
    ) {
      self.init(configuration: configuration, loop: loop, handler: ClosureHandler(body: handle))
    }

    /// Listens; clients can connect when it returns.
    package func start() throws(ServerError) {
      guard state.withLock({ if case .new = $0 { true } else { false } }) else { throw .alreadyStarted }
      let loop = givenLoop ?? EventLoop()
      if let failure = loop.failure { throw .noLoop(failure) }
      let (sockets, port) = try listen()
      let core = ServerCore(loop: loop, configuration: configuration, handler: handler)
      let isFirst = state.withLock { state in
        guard case .new = state else { return false }
        state = .running(core, port: port, ownsLoop: givenLoop == nil)
        return true
      }
      guard isFirst else {
        for socket in sockets { socket.close() }
        if givenLoop == nil { core.loop.stop() }
        throw .alreadyStarted
      }
      core.loop.call { core.start(sockets) }
    }

    /// The port it listens on, or did; 0 before the start.
    package var port: UInt16 {
      state.withLock { state in
        switch state {
        case .new: 0
        case .running(_, let port, _), .stopped(_, let port): port
        }
      }
    }

    /// What it has seen so far.
    package var counters: ServerCounters {
      let known: (core: ServerCore?, counters: ServerCounters) = state.withLock { state in
        switch state {
        case .new: (nil, ServerCounters())
        case .running(let core, _, _): (core, ServerCounters())
        case .stopped(let counters, _): (nil, counters)
        }
      }
      return known.core?.counters.withLock { $0 } ?? known.counters
    }

    /// Closes every connection and returns when that is done. A second call does nothing.
    ///
    /// From the loop's thread only when the loop was given.
    package func stop() {
      let running: (core: ServerCore, port: UInt16, ownsLoop: Bool)? = state.withLock { state in
        guard case .running(let core, let port, let ownsLoop) = state else { return nil }
        state = .stopped(ServerCounters(), port: port)
        return (core, port, ownsLoop)
      }
      guard let (core, port, ownsLoop) = running else { return }
      if core.loop.isOnLoop {
        core.stop()
      } else {
        let latch = Latch()
        // The closure holds the key alone: the latch opens when it has run, or is dropped by a stopped loop.
        core.loop.call { [key = Latch.Key(latch)] in
          core.stop()
          withExtendedLifetime(key) {}
        }
        latch.wait()
      }
      if ownsLoop { core.loop.stop() }
      state.withLock { $0 = .stopped(core.counters.withLock { $0 }, port: port) }
    }

    /// Every configured address on one port.
    private func listen() throws(ServerError) -> ([ServerSocket], UInt16) {
      var attempts = 0
      while true {
        var sockets: [ServerSocket] = []
        var port = configuration.port
        do throws(ServerError) {
          for address in configuration.addresses {
            let (socket, actual) = try ServerSocket.listening(on: address, port: port)
            sockets.append(socket)
            port = actual
          }
          return (sockets, port)
        } catch {
          for socket in sockets { socket.close() }
          attempts += 1
          // A port that is free for one address may be taken for the other.
          guard configuration.port == 0, sockets.count > 0, attempts < 16 else { throw error }
        }
      }
    }
  }
#endif
