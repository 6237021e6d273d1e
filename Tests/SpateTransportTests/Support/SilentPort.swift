// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port that answers no connection attempt: its queue of one is full, so the kernel drops what comes.
final class SilentPort {
  let url: String
  private var sockets: [Int32] = []

  init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var fillers: [Int32] = []
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        precondition(bind(listener, address, size) == 0 && listen(listener, 0) == 0, "can not listen")
        getsockname(listener, address, &size)
        for _ in 0..<4 {
          let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
          _ = connect(filler, address, size)
          fillers.append(filler)
        }
      }
    }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
    sockets = [listener] + fillers
  }

  deinit { for descriptor in sockets { close(descriptor) } }
}
