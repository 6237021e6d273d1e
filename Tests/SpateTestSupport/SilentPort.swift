// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc

  /// A port of this machine that never says anything.
  package final class SilentPort {
    /// `http://127.0.0.1:` and the port.
    package let origin: String
    private var sockets: [Int32] = []

    /// What becomes of who knocks.
    package enum Answer {
      /// Refused. The port is held all the while: one that a stopped server gave back may be another test's by now.
      case refuses
      /// The queue is full, and the kernel drops what comes.
      case ignores
      /// Connections stand and requests arrive.
      case accepts
    }

    package init(_ answer: Answer) {
      let listener = Self.socket()
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      var fillers: [Int32] = []
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          precondition(bind(listener, address, size) == 0, "no port is left")
          if answer != .refuses { precondition(listen(listener, answer == .accepts ? 16 : 0) == 0, "can not listen") }
          getsockname(listener, address, &size)
          for _ in 0..<(answer == .ignores ? 4 : 0) {
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
