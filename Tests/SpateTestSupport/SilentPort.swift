// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc

  /// A port of this machine that never says anything.
  package final class SilentPort {
    /// `http://127.0.0.1:` and the port.
    package let origin: String
    private var sockets: [Int32] = []

    /// `accepts`: connections stand and requests arrive; else the queue is full, and the kernel drops who knocks.
    package init(accepts: Bool) {
      let listener = Self.socket()
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      var fillers: [Int32] = []
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          let isListening = bind(listener, address, size) == 0 && listen(listener, accepts ? 16 : 0) == 0
          precondition(isListening, "can not listen")
          getsockname(listener, address, &size)
          for _ in 0..<(accepts ? 0 : 4) {
            let filler = Self.socket()
            _ = connect(filler, address, size)
            fillers.append(filler)
          }
        }
      }
      origin = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
      sockets = [listener] + fillers
    }

    deinit { for descriptor in sockets { close(descriptor) } }

    private static func socket() -> Int32 {
      Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }
  }
#endif
