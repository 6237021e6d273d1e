// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ResponseStream {
  /// Just the words of the first answer, piece by piece.
  public var text: TextView { TextView(stream: self) }
}

extension StreamEvent {
  /// Words of the first answer; nil of any other event.
  @inlinable
  public var text: String? {
    if case .text(let delta) = self, delta.choice == 0 { return delta.text }
    return nil
  }
}

/// The words of an answer as they come.
///
/// ```swift
/// for try await text in client.stream("Tell me a story", model: "gpt-4o").text { print(text, terminator: "") }
/// ```
public struct TextView: AsyncSequence, Sendable {
  /// Whole Unicode scalars, never empty.
  public typealias Element = String
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let stream: ResponseStream

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream, keepsWords: true)) }

  /// Reads the words.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline var reader: EventReader

    init(reader: EventReader) { self.reader = reader }

    /// The next piece; nil at the end.
    @inlinable
    public mutating func next() async throws -> String? { try await next(isolation: nil) }

    /// The next piece; pieces that are there already come without suspending. It runs where its caller runs:
    /// `actor` is the protocol's, and not looked at.
    @inlinable
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> String? {
      repeat {
        while let event = try reader.nextReady() {
          if let text = event.text { return text }
        }
      } while try await reader.refill()
      return nil
    }
  }
}

@available(*, unavailable)
extension TextView.Iterator: Sendable {}
