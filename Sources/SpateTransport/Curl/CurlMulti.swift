// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl
  internal import SpateEventLoop

  /// A libcurl multi handle on a loop: its connections, its one timer, its sockets. On the loop's thread only.
  final class CurlMulti {
    private let loop: EventLoop
    /// Called when libcurl has acted: what it brought meanwhile can be handed over.
    private let acted: () -> Void
    private let library: CurlLibrary
    private let multi: UnsafeMutableRawPointer
    private var curl: UnsafePointer<spate_curl> { library.functions }
    private var timer: LoopTimer?
    private var watches: [curl_socket_t: SocketWatch] = [:]
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]

    /// Nil when libcurl has no memory left. Keeps at most `connections` open.
    init?(_ library: CurlLibrary, loop: EventLoop, connections: Int, acted: @escaping () -> Void) {
      guard let multi = spate_curl_multi_init(library.functions) else { return nil }
      self.library = library
      self.loop = loop
      self.acted = acted
      self.multi = multi
      timer = LoopTimer(loop: loop) { [unowned self] in act(spate_curl_no_socket, 0) }

      let me = Unmanaged.passUnretained(self).toOpaque()
      spate_curl_multi_set_long(curl, multi, CURLMOPT_MAXCONNECTS, connections)
      spate_curl_multi_on_timer(
        curl, multi,
        { _, milliseconds, me in
          guard let me else { return -1 }
          let timer = Unmanaged<CurlMulti>.fromOpaque(me).takeUnretainedValue().timer
          // Never calls libcurl from here, not for "at once" either: it only arms.
          if milliseconds < 0 { timer?.disarm() } else { timer?.arm(after: .milliseconds(milliseconds)) }
          return 0
        }, me)
      spate_curl_multi_on_socket(
        curl, multi,
        { _, socket, what, me, _ in
          guard let me else { return -1 }
          Unmanaged<CurlMulti>.fromOpaque(me).takeUnretainedValue().watch(socket, for: what)
          return 0
        }, me)
    }

    /// Closes every connection. Nothing may be running any more, and no other call may follow.
    func close() {
      spate_curl_multi_cleanup(curl, multi)
      timer = nil
    }

    /// How many transfers it runs.
    var count: Int { transfers.count }

    /// What it runs, in no order.
    var running: [CurlTransfer] { Array(transfers.values) }

    /// Starts a transfer. False when libcurl does not take it.
    func add(_ transfer: CurlTransfer, _ handle: CurlHandle) -> Bool {
      guard spate_curl_multi_add(curl, multi, handle.easy) == CURLM_OK else { return false }
      transfers[handle.easy] = transfer
      return true
    }

    /// Ends a transfer in whatever state it is; an unfinished one loses its connection.
    func remove(_ handle: CurlHandle) {
      spate_curl_multi_remove(curl, multi, handle.easy)
      transfers[handle.easy] = nil
    }

    /// Reports the transfers that libcurl is done with, which the receiver of the report then removes.
    func collectDone(into done: inout [(CurlTransfer, CURLcode)]) {
      var left: Int32 = 0
      while let message = spate_curl_multi_read(curl, multi, &left) {
        guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
          let transfer = transfers[easy]
        else { continue }
        done.append((transfer, spate_curl_result(message)))
      }
    }

    private func act(_ socket: curl_socket_t, _ events: Int32) {
      var running: Int32 = 0
      spate_curl_multi_act(curl, multi, socket, events, &running)
      acted()
    }

    private func watch(_ socket: curl_socket_t, for what: Int32) {
      // libcurl says REMOVE before it closes a descriptor, so a watch never outlives what it watches.
      guard what != CURL_POLL_REMOVE else {
        watches.removeValue(forKey: socket)?.cancel()
        return
      }
      let watch =
        watches[socket]
        ?? SocketWatch(loop: loop, descriptor: socket) { [unowned self] ready in
          let read = ready.reads ? CURL_CSELECT_IN : 0
          let write = ready.writes ? CURL_CSELECT_OUT : 0
          act(socket, read | write)
        }
      watches[socket] = watch
      watch.update(Readiness(reads: what & CURL_POLL_IN != 0, writes: what & CURL_POLL_OUT != 0))
    }
  }
#endif
