// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ResponseStream {
  /// The words as they come, and last the whole answer.
  public var textThenResponse: TextThenResponseView { TextThenResponseView(stream: self) }
}

/// The words of an answer, then the answer: one loop for both.
///
/// ```swift
/// for try await item in stream.textThenResponse {
///   switch item {
///   case .text(let text): print(text, terminator: "")
///   case .response(let response): print("\n\(response.usage?.output ?? 0) tokens of \(response.model ?? "?")")
///   }
/// }
/// ```
public struct TextThenResponseView: AsyncSequence, Sendable {
  /// What a loop gets: any number of `text`, then one `response`.
  public enum Element: Sendable, Hashable {
    /// More words of the first answer.
    case text(String)
    /// The whole answer, once, last.
    case response(Response)
  }
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  fileprivate let stream: ResponseStream

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream, keepsWords: true)) }

  /// Reads items.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader

    /// The next item; nil after the response.
    public mutating func next() async throws -> Element? { try await next(isolation: nil) }

    /// The next item. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> Element? {
      while let event = try await reader.next() {
        if let text = event.text { return .text(text) }
        // The finish is the last event, and comes once: the run has ended with it.
        if case .finish = event { return .response(try reader.stream.ended.get()) }
      }
      return nil
    }
  }
}

@available(*, unavailable)
extension TextThenResponseView.Iterator: Sendable {}
