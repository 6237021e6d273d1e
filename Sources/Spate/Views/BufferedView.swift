// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateTransport

extension ResponseStream {
  /// The words in batches of `count` pieces.
  public func buffered(count: Int) -> BufferedView { BufferedView(stream: self, count: Swift.max(count, 1)) }

  /// The words in batches of what comes within `every`, from the first piece of each batch on; with `count`, at most so
  /// many pieces.
  public func buffered(count: Int? = nil, every duration: Duration) -> BufferedView {
    BufferedView(stream: self, count: count.map { Swift.max($0, 1) } ?? .max, window: duration)
  }

  /// The words sentence by sentence, or line by line.
  public func buffered(by unit: TextUnit) -> BufferedView { BufferedView(stream: self, unit: unit) }
}

/// The words of an answer in batches: for a view that is drawn, a voice that speaks.
///
/// ```swift
/// for try await batch in stream.buffered(every: .milliseconds(50)) { view.append(batch) }
/// for try await sentence in stream.buffered(by: .sentence) { speaker.say(sentence) }
/// ```
///
/// Joined, the batches are the answer: what is left at the end is the last batch, also before an error is thrown. Time is
/// the transport's.
public struct BufferedView: AsyncSequence, Sendable {
  /// A batch, never empty.
  public typealias Element = String
  /// `SpateError`, or `CancellationError` when the reading task was cancelled.
  public typealias Failure = any Error

  fileprivate let stream: ResponseStream
  fileprivate var count = Int.max
  fileprivate var window: Duration?
  fileprivate var unit: TextUnit?

  /// A reader: the stream's one.
  public func makeAsyncIterator() -> Iterator {
    Iterator(
      reader: EventReader(stream, keepsWords: true), count: count, window: window,
      splitter: unit.map { TextSplitter($0) })
  }

  /// Reads batches.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var reader: EventReader
    fileprivate let count: Int
    fileprivate let window: Duration?
    fileprivate var splitter: TextSplitter?
    private var batch = ""
    private var pieces = 0
    private var alarm: WindowAlarm?
    /// How the stream ended, to be thrown after the remainder.
    private var failure: (any Error)?

    fileprivate init(reader: EventReader, count: Int, window: Duration?, splitter: TextSplitter?) {
      self.reader = reader
      self.count = count
      self.window = window
      self.splitter = splitter
    }

    /// The next batch; nil at the end.
    public mutating func next() async throws -> String? { try await next(isolation: nil) }

    /// The next batch. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> String? {
      while true {
        if let unit = splitter?.next() { return unit }
        while let event = reader.take() {
          guard let text = event.text else { continue }
          if splitter != nil {
            splitter?.add(text)
            if let unit = splitter?.next() { return unit }
          } else {
            add(text)
            if pieces == count { return flush() }
          }
        }
        if let failure = failure.take() { throw failure }
        do {
          guard try await reader.refill() else { return remainder() }
          // An empty batch of events is the alarm.
          if !reader.isReady, pieces > 0 { return flush() }
        } catch {
          // The caller's own cancel wants nothing more.
          if error is CancellationError { alarm = nil }
          guard !(error is CancellationError), let rest = remainder() else { throw error }
          failure = error
          return rest
        }
      }
    }

    private mutating func add(_ text: String) {
      batch += text
      pieces += 1
      guard let window, pieces == 1 else { return }
      alarm = WindowAlarm(reader.stream.run.setAlarm(after: window))
    }

    private mutating func flush() -> String {
      if alarm != nil {
        alarm = nil
        reader.stream.run.clearAlarm()
      }
      pieces = 0
      defer { batch = "" }
      return batch
    }

    private mutating func remainder() -> String? {
      if let rest = splitter?.finish() { return rest }
      return pieces > 0 ? flush() : nil
    }
  }
}

@available(*, unavailable)
extension BufferedView.Iterator: Sendable {}

/// The timer of a batch's window, which goes when nobody waits for the batch any more.
private final class WindowAlarm: Sendable {
  private let timer: any Transfer

  init(_ timer: any Transfer) { self.timer = timer }

  deinit { timer.cancel() }
}
