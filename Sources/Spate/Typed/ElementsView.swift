// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The elements of an array in an answer, each as soon as it is whole: see ``TypedStream/elements(of:at:)``.
public struct ElementsView<Element: Decodable & Sendable>: AsyncSequence, Sendable {
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let stream: ResponseStream
  let format: OutputFormat
  let path: [JSONStep]

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator {
    Iterator(
      reader: EventReader(stream, keepsWords: true),
      elements: PartialElements(Element.self, at: format.path + path, inProse: true))
  }

  /// Reads elements.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader
    fileprivate var elements: PartialElements<Element>
    private var isOver = false

    fileprivate init(reader: EventReader, elements: PartialElements<Element>) {
      self.reader = reader
      self.elements = elements
    }

    /// The next element; nil at the end.
    public mutating func next() async throws -> Element? { try await next(isolation: nil) }

    /// The next element. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> Element? {
      while !isOver {
        if let value = elements.nextValue() {
          do { return try OutputFormat.decode(Element.self, value) } catch {
            isOver = true
            let failure = SpateError(.invalidOutput, "an element is no \(Element.self): \(OutputFormat.line(error))")
            reader.abandon(failure)
            throw reader.stream.run.failure ?? failure
          }
        }
        guard let event = try await reader.next() else { break }
        if let text = event.text { elements.feed(text) }
      }
      guard !isOver else { return nil }
      isOver = true
      try reader.stream.checkComplete(elements.json)
      return nil
    }
  }
}

@available(*, unavailable)
extension ElementsView.Iterator: Sendable {}

/// A string of an answer piece by piece as it is written: see ``TypedStream/text(at:)``.
public struct StringFieldView: AsyncSequence, Sendable {
  /// Whole Unicode scalars, never empty.
  public typealias Element = String
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let stream: ResponseStream
  let format: OutputFormat
  let path: [JSONStep]

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: EventReader(stream, keepsWords: true), path: format.path + path)
  }

  /// Reads pieces.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader
    fileprivate let path: [JSONStep]
    private var json = PartialJSON(inProse: true)
    private var given = 0
    private var isOver = false

    fileprivate init(reader: EventReader, path: [JSONStep]) {
      self.reader = reader
      self.path = path
    }

    /// The next piece; nil at the end of the answer.
    public mutating func next() async throws -> String? { try await next(isolation: nil) }

    /// The next piece. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> String? {
      while !isOver, let event = try await reader.next() {
        guard let piece = event.text else { continue }
        json.feed(piece)
        guard let bytes = json.text(at: path)?.utf8, bytes.count > given else { continue }
        let rest = bytes.dropFirst(given)
        given = bytes.count
        return String(Substring(rest))
      }
      guard !isOver else { return nil }
      isOver = true
      try reader.stream.checkComplete(json)
      return nil
    }
  }
}

@available(*, unavailable)
extension StringFieldView.Iterator: Sendable {}

extension ResponseStream {
  /// Throws where the answer has ended and is no whole value: what was given of it is all that there is.
  fileprivate func checkComplete(_ json: PartialJSON) throws(SpateError) {
    try OutputFormat.check(try ended.get(), json)
  }
}
