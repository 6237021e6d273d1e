// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A model's answer as it comes: events, words, or the whole of it.
///
/// ```swift
/// let stream = client.stream("Tell me a story", model: "gpt-4o")
/// for try await text in stream.text { print(text, terminator: "") }
/// let response = try await stream.response
/// ```
///
/// A handle: copies share one run, and a run is one request with one reader. The first read sends it. Ending a loop
/// early cancels it. A stream that was cut throws, with all that had come in ``SpateError/partial``.
public struct ResponseStream: AsyncSequence, Sendable {
  /// An event of the answer.
  public typealias Element = StreamEvent
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  let run: StreamRun
  /// Held by every handle, view and iterator, never by the run: the last one gone means nobody can read any more.
  private let lease: Lease
  /// Who sees the events before the reader of this handle.
  private(set) var taps: [any EventTap] = []
  /// Why this handle can not be read.
  private(set) var refusal: SpateError?

  init(_ run: StreamRun) {
    self.run = run
    lease = Lease(run)
  }

  /// The same stream, shown to `tap` as it is read.
  func tapped(by tap: any EventTap) -> ResponseStream {
    var stream = self
    stream.taps.append(tap)
    return stream
  }

  /// The same stream, which says why it can not be read in this way.
  func refused(_ error: SpateError) -> ResponseStream {
    var stream = self
    stream.refusal = stream.refusal ?? error
    return stream
  }

  /// Sends the request now and waits for the response to begin, so that a bad key or model is thrown here.
  @discardableResult
  public func start() async throws -> ResponseHead {
    if run.head == nil { try Task.checkCancellation() }
    run.open()
    try await run.wait(until: .head)
    if let head = run.head { return head }
    throw run.failure ?? SpateError(.connect, "the connection ended before the response began")
  }

  /// The whole answer: reads what is unread, or waits for the reader; later the same value again.
  ///
  /// Never a second request. Throws what the stream threw.
  public var response: Response {
    get async throws {
      // Who is to see the events sees them here too.
      if !taps.isEmpty { try await readUnread() }
      return try await whole()
    }
  }

  private func whole() async throws -> Response {
    let reads = run.claim(.response)
    do {
      if reads, !run.isEnded { try Task.checkCancellation() }
      run.open()
      try await run.wait(until: .end)
    } catch {
      // Only who reads may end the run by being cancelled.
      if reads { run.cancel() }
      throw error
    }
    return try ended.get()
  }

  /// The answer of a run that has ended.
  ///
  /// A result: as a typed throw it is inlined into coroutines that the optimiser of Swift 6.3 then crashes on.
  var ended: Result<Response, SpateError> {
    if let failure = run.failure { return .failure(failure) }
    guard let response = Response(run.snapshot) else {
      return .failure(SpateError(.decode, "the stream ended without a finish event"))
    }
    return .success(response)
  }

  /// Reads to the end, unless there is a reader already.
  private func readUnread() async throws {
    var reader = EventReader(self)
    do {
      while try await reader.refill() {}
    } catch let error as SpateError where error.code == .alreadyRead {
      return
    }
  }

  /// What has come so far: at any time, from any thread, also after a break, a cut or a cancel.
  public var snapshot: PartialResponse { run.snapshot }

  /// How many events of the provider's protocol came: exact once the stream has ended.
  public var protocolEventCount: Int { run.protocolEventCount }

  /// Closes the connection. The reader gets the error `cancelled`; a stream that has ended stays as it is.
  public func cancel() { run.cancel() }

  /// A reader of the events. The first one reads; the next one throws `already_read`.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: EventReader(self)) }

  /// Reads events. Dropped before the end, it cancels the stream.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline var reader: EventReader

    init(reader: EventReader) { self.reader = reader }

    /// The next event; nil after the finish event, or after the error was thrown.
    @inlinable
    public mutating func next() async throws -> StreamEvent? { try await next(isolation: nil) }

    /// The next event; events that are there already come without suspending. It runs where its caller runs:
    /// `actor` is the protocol's, and not looked at.
    @inlinable
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> StreamEvent? {
      if let event = try reader.nextReady() { return event }
      return try await reader.next()
    }
  }
}

@available(*, unavailable)
extension ResponseStream.Iterator: Sendable {}

/// Cancels a run when it goes away. A run that has ended does not mind.
final class Lease: Sendable {
  private let run: StreamRun

  init(_ run: StreamRun) { self.run = run }

  deinit { run.cancel() }
}
