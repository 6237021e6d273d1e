// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ResponseStream {
  /// For scripts: the stream without `await`.
  public var blocking: BlockingView { BlockingView(stream: self) }
}

/// A stream that blocks its thread until the next event is there.
///
/// ```swift
/// for word in client.stream("Tell me a story", model: "gpt-4o").blocking.text {
///   print(try word.get(), terminator: "")
/// }
/// try client.stream("Another", model: "gpt-4o").blocking.forEach { print($0) }
/// ```
///
/// Its last element is the failure, if there is one. It can not be used in an asynchronous function, where a blocked
/// thread is one less for everybody. The transport wakes it by itself: several may block at once, also on all threads of
/// the pool. On the transport's own thread it fails at once instead of waiting for itself.
public struct BlockingView: Sequence, Sendable {
  /// An event, or last how the stream failed.
  public typealias Element = Result<StreamEvent, SpateError>

  fileprivate let stream: ResponseStream

  /// A reader: the stream's one.
  @available(*, noasync, message: "read the stream itself, with await")
  public func makeIterator() -> Iterator { Iterator(reader: EventReader(stream)) }

  /// Just the words of the first answer.
  public var text: TextView { TextView(stream: stream) }

  /// Calls `body` with each event. Throws how the stream failed, or what `body` throws, which cancels the stream.
  @available(*, noasync, message: "read the stream itself, with await")
  public func forEach(_ body: (StreamEvent) throws -> Void) throws {
    var reader = EventReader(stream)
    let signal = BlockingSignal()
    while let event = try reader.next(blocking: signal) { try body(event) }
  }

  /// The whole answer: reads what is unread, or waits for the reader.
  @available(*, noasync, message: "read the stream itself, with await")
  public func response() throws(SpateError) -> Response {
    let signal = BlockingSignal()
    var reader = EventReader(stream)
    do throws(SpateError) {
      while try reader.next(blocking: signal) != nil {}
    } catch {
      guard error.code == .alreadyRead else { throw error }
      try stream.run.waitForEnd(signal: signal)
    }
    return try stream.ended.get()
  }

  /// Reads events. Dropped before the end, it cancels the stream.
  public struct Iterator: IteratorProtocol {
    fileprivate var reader: EventReader
    private let signal = BlockingSignal()

    fileprivate init(reader: EventReader) { self.reader = reader }

    /// The next event, or the failure; nil after either end.
    @available(*, noasync, message: "read the stream itself, with await")
    public mutating func next() -> Result<StreamEvent, SpateError>? {
      do throws(SpateError) { return try reader.next(blocking: signal).map { .success($0) } } catch {
        return .failure(error)
      }
    }
  }

  /// The words of an answer, blocking.
  public struct TextView: Sequence, Sendable {
    /// A piece of text, or last how the stream failed.
    public typealias Element = Result<String, SpateError>

    fileprivate let stream: ResponseStream

    /// A reader: the stream's one.
    @available(*, noasync, message: "read the stream itself, with await")
    public func makeIterator() -> Iterator { Iterator(reader: EventReader(stream, keepsWords: true)) }

    /// Calls `body` with each piece. Throws how the stream failed, or what `body` throws, which cancels the stream.
    @available(*, noasync, message: "read the stream itself, with await")
    public func forEach(_ body: (String) throws -> Void) throws {
      // swift-format-ignore: ReplaceForEachWithForLoop
      try BlockingView(stream: stream).forEach { event in
        if let text = event.text { try body(text) }
      }
    }

    /// Reads words.
    public struct Iterator: IteratorProtocol {
      fileprivate var reader: EventReader
      private let signal = BlockingSignal()

      fileprivate init(reader: EventReader) { self.reader = reader }

      /// The next piece, or the failure; nil after either end.
      @available(*, noasync, message: "read the stream itself, with await")
      public mutating func next() -> Result<String, SpateError>? {
        do throws(SpateError) {
          while let event = try reader.next(blocking: signal) {
            if let text = event.text { return .success(text) }
          }
          return nil
        } catch { return .failure(error) }
      }
    }
  }
}

@available(*, unavailable)
extension BlockingView.Iterator: Sendable {}

@available(*, unavailable)
extension BlockingView.TextView.Iterator: Sendable {}
