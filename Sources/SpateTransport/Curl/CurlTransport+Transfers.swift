// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  internal import CCurl
  internal import SpateCore
  internal import SpateEventLoop

  /// How a transfer over libcurl begins, hands over what it received, and ends. All on the loop's thread.
  extension CurlTransport {
    func begin(_ transfer: CurlTransfer, _ refusal: TransportError?) {
      if isStopped { return finish(transfer, .failure(Self.stopped)) }
      if let refusal { return finish(transfer, .failure(refusal)) }
      if transfer.isCancelled { return finish(transfer, CURLE_ABORTED_BY_CALLBACK) }
      guard let handle = transfer.handle, let multi = multiWithRoom(handle.library), multi.add(transfer, handle) else {
        return finish(transfer, .failure(Self.noMemory))
      }
      transfer.multi = multi
    }

    /// For a transfer that has sent nothing yet.
    private func startAgain(_ transfer: CurlTransfer) {
      guard transfer.sink != nil, let handle = transfer.handle, let multi = transfer.multi else { return }
      multi.remove(handle)
      transfer.useFreshConnection()
      if !multi.add(transfer, handle) { finish(transfer, .failure(Self.noMemory)) }
    }

    // MARK: What was received

    /// Asks for a `turnEnded`.
    func noteDelivery(to transfer: CurlTransfer) { touched.append(transfer) }

    /// Keeps a piece of a body until libcurl has acted: it calls back once for each HTTP chunk, and servers put each event
    /// into one. So a sink gets what one read of the socket brought in one piece.
    func stage(_ bytes: UnsafeBufferPointer<UInt8>, for transfer: CurlTransfer) {
      guard bytes.count < Self.stageSize / 4 || stagedFor != nil else { return transfer.deliver(bytes.span) }
      stagedFor = transfer
      staged.append(contentsOf: bytes)
    }

    /// Hands over what is kept where another piece does not fit behind it. Before the question whether the sink is paused.
    func makeRoom(for count: Int, of transfer: CurlTransfer) {
      if stagedFor !== transfer || staged.count + count > Self.stageSize { deliverStaged() }
    }

    /// Hands over what is kept.
    func deliverStaged() {
      guard let transfer = stagedFor else { return }
      stagedFor = nil
      transfer.deliver(staged.span)
      staged.removeAll(keepingCapacity: true)
    }

    private static let stageSize = 64 << 10

    // MARK: The end

    /// Ends `transfer` as libcurl's code and what we know about it say. Does nothing when it has ended.
    func finish(_ transfer: CurlTransfer, _ code: CURLcode) {
      if transfer.isCancelled {
        finish(transfer, .failure(TransportError(.cancelled, "the request was cancelled")))
      } else if transfer.needsFreshConnection {
        startAgain(transfer)
      } else if let failure = transfer.failure {
        finish(transfer, .failure(failure))
      } else if code == CURLE_OK && transfer.hasHead {
        finish(transfer, .success(()))
      } else if transfer.hasRefusedAddress, !transfer.hasHead {
        finish(transfer, .failure(TransportError(.refusedAddress, "the host's address is not one to connect to")))
      } else {
        // libcurl calls half a head at the end of a connection a success.
        finish(transfer, .failure(TransportError(curl: code, hasHead: transfer.hasHead)))
      }
    }

    func finish(_ transfer: CurlTransfer, _ result: Result<Void, TransportError>) {
      guard let sink = transfer.sink else { return }
      transfer.sink = nil
      if let handle = transfer.handle {
        transfer.multi?.remove(handle)
        handles.put(handle)
      }
      transfer.handle = nil
      transfer.multi = nil
      transfer.awaitsTurnEnd = false
      sink.end(result)
      if multis.allSatisfy({ $0.count == 0 }) { idleClock?.arm(after: idleLifetime) }
    }
  }
#endif
