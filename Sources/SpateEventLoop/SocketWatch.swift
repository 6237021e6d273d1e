// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent)
  internal import CEvent

  /// What a socket is ready for, or is watched for.
  ///
  /// No option set: made from a list, in another module, one cost more than all else that a read of a socket settles.
  package struct Readiness: Equatable, Sendable {
    package let reads: Bool
    package let writes: Bool

    package init(reads: Bool = false, writes: Bool = false) {
      self.reads = reads
      self.writes = writes
    }
  }

  /// Calls back on the loop's thread whenever a descriptor is ready. On the loop's thread only.
  ///
  /// It does not own the descriptor: ``cancel()`` before closing it. A cancelled watch never calls back.
  package final class SocketWatch {
    private var event: OpaquePointer?
    private let loop: EventLoop
    private let descriptor: Int32
    @exclusivity(unchecked) private var watched = Readiness()
    private let ready: (Readiness) -> Void

    /// Watches for nothing until ``update(_:)``.
    package init(loop: EventLoop, descriptor: Int32, ready: @escaping (Readiness) -> Void) {
      self.loop = loop
      self.descriptor = descriptor
      self.ready = ready
    }

    deinit { cancel() }

    /// Watches for exactly `readiness` from now on.
    package func update(_ readiness: Readiness) {
      guard readiness != watched else { return }
      cancel()
      watched = readiness
      guard readiness != Readiness() else { return }
      let events = (readiness.reads ? EV_READ : 0) | (readiness.writes ? EV_WRITE : 0) | EV_PERSIST
      event = event_new(
        loop.base, descriptor, Int16(events),
        { _, what, me in
          // A strong reference for the length of the call: the callback may drop the last other one.
          guard let me else { return }
          let watch = Unmanaged<SocketWatch>.fromOpaque(me).takeUnretainedValue()
          withExtendedLifetime(watch) {
            watch.ready(Readiness(reads: what & Int16(EV_READ) != 0, writes: what & Int16(EV_WRITE) != 0))
          }
        }, Unmanaged.passUnretained(self).toOpaque())
      event_add(event, nil)
    }

    /// Stops watching. The same watch can be started again by ``update(_:)``.
    package func cancel() {
      guard let event else { return }
      event_free(event)
      self.event = nil
      watched = Readiness()
    }
  }
#endif
