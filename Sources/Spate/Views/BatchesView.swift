// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ResponseStream {
  /// The events as they came together, in arrays: mostly what one read of the socket brought.
  ///
  /// ```swift
  /// for try await batch in stream.batches {
  ///   for event in batch { if case .text(let delta) = event { words += delta.text } }
  /// }
  /// ```
  ///
  /// For who reads fast streams: a batch costs one step of the loop, whatever it holds. Nothing waits to be batched.
  public var batches: BatchesView { BatchesView(stream: self) }
}

/// The events of a stream, several at a time: see ``ResponseStream/batches``.
public struct BatchesView: AsyncSequence, Sendable {
  /// Events, at least one.
  public typealias Element = [StreamEvent]
  /// ``SpateError``, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let stream: ResponseStream

  /// The one reader of the stream.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream)) }

  /// Gives batch after batch.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader

    /// The next events, at least one; nil after the last.
    public mutating func next() async throws -> [StreamEvent]? { try await next(isolation: nil) }

    /// The same. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> [StreamEvent]? {
      repeat { if let batch = try reader.nextBatch() { return batch } } while try await reader.refill()
      return nil
    }
  }
}

@available(*, unavailable)
extension BatchesView.Iterator: Sendable {}
