// SPDX-License-Identifier: Apache-2.0

public import SpateCore

extension ResponseStream {
  /// The provider's own events, untouched. To be asked for before the response begins.
  public var native: NativeView { NativeView(stream: includingNative()) }

  /// The same stream, whose events include the provider's own, each before what it means.
  ///
  /// ```swift
  /// for try await event in stream.includingNative() {
  ///   switch event {
  ///   case .native(let native): log(native.text)
  ///   case .text(let delta): print(delta.text, terminator: "")
  ///   default: break
  ///   }
  /// }
  /// ```
  ///
  /// Once the response has begun it is too late: then the first read throws `bad_request`.
  public func includingNative() -> ResponseStream {
    guard run.includeNative() else {
      return refused(
        SpateError(.badRequest, "the response has begun without the provider's own events: ask for them before"))
    }
    return self
  }
}

/// The provider's own events, byte for byte; heart-beats are none.
///
/// ```swift
/// for try await event in stream.native { file.write(event.text + "\n") }
/// ```
public struct NativeView: AsyncSequence, Sendable {
  /// An event of the provider's protocol.
  public typealias Element = NativeEvent
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  fileprivate let stream: ResponseStream

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(stream, keepsWords: true)) }

  /// Reads events.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader

    /// The next event; nil at the end.
    public mutating func next() async throws -> NativeEvent? { try await next(isolation: nil) }

    /// The next event. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> NativeEvent? {
      while let event = try await reader.next() {
        if case .native(let native) = event { return native }
      }
      return nil
    }
  }
}

@available(*, unavailable)
extension NativeView.Iterator: Sendable {}
