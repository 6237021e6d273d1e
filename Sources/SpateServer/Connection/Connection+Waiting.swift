// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import SpateEventLoop

  /// What a connection waits for, and for how long.
  extension Connection {
    /// Watches for what the state needs, and sets its deadline.
    func settle() {
      guard state != .closed else { return }
      let isFull = state == .open && !isReady && held.count - heldStart >= core.configuration.heldBytes
      let wanted = (read: !peerEnded && !isFull, write: isWaiting)
      if wanted != watched {
        watched = wanted
        watch?.update(Readiness(reads: wanted.read, writes: wanted.write))
      }

      let purpose: Purpose =
        if state == .lingering {
          .linger
        } else if !queue.isEmpty {
          .stall
        } else if exchange != nil {
          .none
        } else {
          switch parser.phase {
          case .idle: .idle
          case .head: .header
          case .body: .body
          }
        }
      guard purpose != self.purpose else { return }
      self.purpose = purpose
      let configuration = core.configuration
      switch purpose {
      case .none: deadline?.clear()
      case .idle: deadline?.set(after: configuration.idleDeadline)
      case .header: deadline?.set(after: configuration.headerDeadline)
      case .body: deadline?.set(after: configuration.bodyDeadline)
      case .stall: deadline?.set(after: configuration.stallDeadline)
      case .linger: deadline?.set(after: configuration.lingerDeadline)
      }
    }

    func expired() {
      switch purpose {
      case .none: break
      case .header, .body:
        refuse(.tooSlow)
        settle()
      case .stall: close(.stalled)
      case .idle, .linger: close(.peerLeft)
      }
    }
  }
#endif
