// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  @_spi(Internals) internal import SpateCore

  /// Easy handles, used again after a reset: making one costs more than a small request.
  ///
  /// `@unchecked Sendable`: a handle is touched by its one owner only; the lock hands it on.
  final class CurlHandlePool: @unchecked Sendable {
    private struct State {
      var idle: [CurlHandle] = []
      var inUse = 0
      var closed = false
    }

    private let state = Lock(State())
    private let limit: Int

    /// Keeps at most `limit` handles nobody uses.
    init(limit: Int = 256) { self.limit = limit }

    /// How many were taken and not given back.
    var inUse: Int { state.withLock { $0.inUse } }

    /// Nil when libcurl has no memory left.
    func take(_ library: CurlLibrary) -> CurlHandle? {
      let idle = state.withLock { state in
        state.inUse += 1
        return state.idle.popLast()
      }
      guard let handle = idle ?? CurlHandle(library) else {
        state.withLock { $0.inUse -= 1 }
        return nil
      }
      return handle
    }

    /// Takes a handle that is in no multi handle.
    func put(_ handle: CurlHandle) {
      handle.reset()
      state.withLock { state in
        state.inUse -= 1
        if !state.closed && state.idle.count < limit { state.idle.append(handle) }
      }
    }

    /// Frees what is idle, and from now on whatever comes back.
    func close() {
      let freed = state.withLock { state in
        state.closed = true
        defer { state.idle = [] }
        return state.idle
      }
      _ = freed
    }
  }
#endif
