// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

extension ResponseStream {
  /// The first answer chunk by chunk: what is new, what there is so far, and how it ended.
  public var chunks: ChunksView { ChunksView(stream: self) }
}

/// The words of an answer with all that had come before them, and last how it ended.
///
/// ```swift
/// for try await chunk in stream.chunks {
///   label.text = chunk.content
///   if chunk.finishReason == .length { warn("cut short by the token limit") }
/// }
/// ```
public struct ChunksView: AsyncSequence, Sendable {
  /// A piece of the answer; the last one has no words and a finish reason.
  public typealias Element = TextChunk
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  fileprivate let stream: ResponseStream

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: EventReader(stream, keepsWords: true), content: ContentSoFar(stream.run))
  }

  /// Reads chunks.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline var reader: EventReader
    fileprivate let content: ContentSoFar
    private var length = 0

    fileprivate init(reader: EventReader, content: ContentSoFar) {
      self.reader = reader
      self.content = content
    }

    /// The next chunk; nil at the end.
    @inlinable
    public mutating func next() async throws -> TextChunk? { try await next(isolation: nil) }

    /// The next chunk; chunks that are there already come without suspending. It runs where its caller runs: `actor` is
    /// the protocol's, and not looked at.
    @inlinable
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> TextChunk? {
      repeat {
        while let event = try reader.nextReady() {
          if let chunk = chunk(of: event) { return chunk }
        }
      } while try await reader.refill()
      return nil
    }

    @usableFromInline
    mutating func chunk(of event: StreamEvent) -> TextChunk? {
      if let text = event.text {
        length += text.utf8.count
        return TextChunk(delta: text, finishReason: nil, length: length, soFar: content)
      }
      guard case .finish(let finish) = event else { return nil }
      return TextChunk(delta: "", finishReason: finish.reason, length: length, soFar: content)
    }
  }
}

@available(*, unavailable)
extension ChunksView.Iterator: Sendable {}
