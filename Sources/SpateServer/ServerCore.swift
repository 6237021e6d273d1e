// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  @_spi(Internals) internal import SpateCore
  internal import SpateEventLoop

  /// A running server on its loop: the listening sockets and the connections.
  ///
  /// `@unchecked Sendable`: everything but the constants and the counters is touched on the loop's thread only.
  final class ServerCore: @unchecked Sendable {
    let loop: EventLoop
    let configuration: ServerConfiguration
    let handler: any RequestHandler
    let counters = Lock(ServerCounters())
    /// Every connection reads into it: they take turns on one thread.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    private var listeners: [(socket: ServerSocket, watch: SocketWatch)] = []
    private var connections: [Int32: Connection] = [:]
    private var retry: LoopTimer?
    private var isPaused = false

    init(loop: EventLoop, configuration: ServerConfiguration, handler: any RequestHandler) {
      self.loop = loop
      self.configuration = configuration
      self.handler = handler
    }

    deinit { scratch.deallocate() }

    /// Begins to accept clients of these listening sockets, which it owns from now on.
    func start(_ sockets: [ServerSocket]) {
      retry = LoopTimer(loop: loop) { [unowned self] in resumeAccepting() }
      for socket in sockets {
        // Holds the core until stop(): a watch must not end on another thread.
        let watch = SocketWatch(loop: loop, descriptor: socket.descriptor) { _ in self.accept(from: socket) }
        watch.update(Readiness(reads: true))
        listeners.append((socket, watch))
      }
    }

    /// Closes every socket; handlers are told.
    func stop() {
      for listener in listeners {
        listener.watch.cancel()
        listener.socket.close()
      }
      listeners = []
      retry = nil
      for connection in connections.values { connection.close(.serverStopped) }
    }

    func remove(_ connection: Connection) {
      connections[connection.socket.descriptor] = nil
      counters.withLock { $0.open -= 1 }
      if isPaused { resumeAccepting() }
    }

    /// At most some clients a turn: the connections there are have their turn between.
    private func accept(from listener: ServerSocket) {
      for _ in 0..<64 {
        guard connections.count < configuration.connections else { return pauseAccepting() }
        let (socket, outOfResources) = listener.accept()
        if outOfResources {
          // The listener stays ready: without a pause the loop would spin.
          pauseAccepting()
          retry?.arm(after: .milliseconds(100))
        }
        guard let socket else { return }
        if let bytes = configuration.sendBufferBytes { socket.setSendBuffer(bytes) }
        let number = counters.withLock { counters in
          counters.accepted += 1
          counters.open += 1
          return counters.accepted
        }
        let connection = Connection(core: self, socket: socket, number: number)
        connections[socket.descriptor] = connection
        connection.start()
      }
    }

    private func pauseAccepting() {
      isPaused = true
      for listener in listeners { listener.watch.update(Readiness()) }
    }

    private func resumeAccepting() {
      isPaused = false
      for listener in listeners { listener.watch.update(Readiness(reads: true)) }
    }
  }
#endif
