// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Drafts of a value while it comes: see ``TypedStream/partials(as:)``.
public struct PartialsView<Draft: Decodable & Sendable>: AsyncSequence, Sendable {
  /// A draft: what is there by now.
  public typealias Element = Draft
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let stream: ResponseStream
  let format: OutputFormat

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator {
    // One draft of all that waits: a slow reader makes fewer of them.
    Iterator(
      reader: EventReader(stream, takesAll: true),
      partial: PartialReader(Draft.self, at: format.path, inProse: true, leaf: OutputFormat.leaf))
  }

  /// Reads drafts.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader
    fileprivate let partial: PartialReader<Draft>
    private var shown = 0

    fileprivate init(reader: EventReader, partial: PartialReader<Draft>) {
      self.reader = reader
      self.partial = partial
    }

    /// The next draft; nil at the end.
    public mutating func next() async throws -> Draft? { try await next(isolation: nil) }

    /// The next draft. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> Draft? {
      while true {
        while let event = reader.take() {
          if let text = event.text { partial.feed(text) }
          if case .restarted = event {
            partial.reset()
            shown = 0
          }
        }
        if partial.revision != shown {
          shown = partial.revision
          if let draft = partial.draft { return draft }
        }
        guard try await reader.refill() else { return nil }
      }
    }
  }
}

@available(*, unavailable)
extension PartialsView.Iterator: Sendable {}
