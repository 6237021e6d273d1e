// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
public import SpateDialects

extension ResponseStream {
  /// The answer in OpenAI's shape, whoever the provider is.
  public var openAI: OpenAIView { OpenAIView(stream: self) }
}

/// The chunks that OpenAI would have sent.
///
/// ```swift
/// for try await chunk in stream.openAI {
///   guard let choice = chunk.choices.first else { continue }  // the chunk of the usage has none
///   print(choice.delta.content ?? "", terminator: "")
///   if let reason = choice.finishReason { print("\n\(reason)") }
/// }
/// ```
///
/// `[DONE]` is no chunk: the sequence ends. A failure throws.
public struct OpenAIView: AsyncSequence, Sendable {
  /// A piece of the answer.
  public typealias Element = ChatCompletionChunk
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  fileprivate let stream: ResponseStream

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream, keepsWords: true)) }

  /// Reads chunks.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader
    private var chunks = OpenAIChunks()

    fileprivate init(reader: EventReader) { self.reader = reader }

    /// The next chunk; nil at the end.
    public mutating func next() async throws -> ChatCompletionChunk? { try await next(isolation: nil) }

    /// The next chunk. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(
      isolation actor: (any Actor)?
    ) async throws -> ChatCompletionChunk? {
      while true {
        if let chunk = chunks.take() { return chunk }
        guard let event = try await reader.next() else { return nil }
        chunks.add(event)
      }
    }
  }
}

@available(*, unavailable)
extension OpenAIView.Iterator: Sendable {}

/// Turns events into chunks, by the dialect's own writer.
struct OpenAIChunks {
  private var writer: ChatStreamWriter?
  private var ready: ArraySlice<ChatCompletionChunk> = []

  mutating func take() -> ChatCompletionChunk? { ready.popFirst() }

  mutating func add(_ event: StreamEvent) {
    if case .start(let start) = event { writer = Self.writer(start) }
    ready = (writer?.chunks(of: event) ?? [])[...]
  }

  private static func writer(_ start: ResponseStart) -> ChatStreamWriter {
    ChatStreamWriter(start: start, includesUsage: true, keepsNativeWords: false)
  }
}
