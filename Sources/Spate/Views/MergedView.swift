// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

extension ResponseStream {
  /// Several streams as one, each event with the label of its stream, in the order in which they come.
  ///
  /// ```swift
  /// let streams = ["gpt-4o", "grok-4"].map { ($0, client.stream("Tell me a joke", model: $0)) }
  /// for try await item in ResponseStream.merged(streams) {
  ///   switch item.result {
  ///   case .success(let event): show(event, in: item.label)
  ///   case .failure(let error): show(error, in: item.label)
  ///   }
  /// }
  /// ```
  ///
  /// A stream that fails ends with its failure as its last item; the others go on.
  public static func merged<Label: Sendable>(_ streams: [(Label, ResponseStream)]) -> MergedView<Label> {
    MergedView(streams: streams)
  }

  /// Several streams as one, labelled by a dictionary literal.
  public static func merged<Label: Sendable>(_ streams: KeyValuePairs<Label, ResponseStream>) -> MergedView<Label> {
    MergedView(streams: streams.map { ($0.key, $0.value) })
  }
}

/// What comes of several streams at once.
public struct MergedView<Label: Sendable>: AsyncSequence, Sendable {
  /// An event of one of the streams, or last how it failed.
  public struct Element: Sendable {
    /// Which stream.
    public let label: Label
    /// What came of it.
    public let result: Result<StreamEvent, SpateError>

    /// Words of its first answer; nil of anything else.
    public var text: String? { if case .success(let event) = result { event.text } else { nil } }
  }
  /// `CancellationError` when the reading task was cancelled, which cancels all streams.
  public typealias Failure = any Error

  fileprivate let streams: [(Label, ResponseStream)]

  /// A reader: the one of each stream.
  public func makeAsyncIterator() -> Iterator { Iterator(streams) }

  /// Reads items. Dropped before the end, it cancels what still runs.
  public struct Iterator: AsyncIteratorProtocol {
    private let labels: [Label]
    private var readers: [EventReader]
    /// Those that are read here: others' streams are not ended by a cancel.
    private var runs: [StreamRun] = []
    /// The streams that can not be read, still to be told.
    private var refused: ArraySlice<Element> = []
    private var hasBegun = false
    private let signal = TaskSignal()
    private var current = 0

    fileprivate init(_ streams: [(Label, ResponseStream)]) {
      labels = streams.map(\.0)
      readers = streams.map { EventReader($0.1) }
    }

    /// The next item; nil when all streams have ended.
    public mutating func next() async throws -> Element? { try await next(isolation: nil) }

    /// The next item. It runs where its caller runs: `actor` is the protocol's, and not looked at.
    public nonisolated(nonsending) mutating func next(isolation actor: (any Actor)?) async throws -> Element? {
      if !hasBegun { begin() }
      while true {
        if Task.isCancelled {
          for index in readers.indices { readers[index].abandon() }
          throw CancellationError()
        }
        if let item = refused.popFirst() { return item }
        if readers.isEmpty { return nil }
        // What one read of a stream brought stays together.
        if let event = readers[current].take() { return Element(label: labels[current], result: .success(event)) }
        var isWaiting = true
        var isOver = true
        for step in 1...readers.count {
          let index = (current + step) % readers.count
          do throws(SpateError) {
            switch try readers[index].poll(signal) {
            case .ready:
              current = index
              isWaiting = false
            case .waiting: isOver = false
            case .over: break
            }
          } catch {
            current = index
            return Element(label: labels[index], result: .failure(error))
          }
          if !isWaiting { break }
        }
        guard isWaiting else { continue }
        if isOver { return nil }
        await signal.wait(runs)
      }
    }

    /// Sends all requests before any answer is looked at: no stream waits for the reading of another.
    private mutating func begin() {
      hasBegun = true
      for index in readers.indices {
        do throws(SpateError) { try readers[index].begin() } catch {
          refused.append(Element(label: labels[index], result: .failure(error)))
        }
      }
      runs = readers.compactMap(\.ownRun)
      guard !Task.isCancelled else { return }
      for run in runs { run.open() }
    }
  }
}

@available(*, unavailable)
extension MergedView.Iterator: Sendable {}

/// Suspends a task until any of several runs has something for it.
final class TaskSignal: ReaderSignal {
  private struct State: Sendable {
    var isSet = false
    var waiter: UnsafeContinuation<Void, Never>?
  }

  private let state = Lock(State())

  func signal(atTurnEnd: Bool) {
    state.withLock { state in
      state.isSet = state.waiter == nil
      return state.waiter.take()
    }?.resume()
  }

  /// Returns when there was a signal since the last time. A cancel ends `runs`, which signals.
  func wait(_ runs: [StreamRun]) async {
    await suspend(onCancel: { for run in runs { run.cancel() } }) { waiter in
      state.withLock { state in
        defer { state.isSet = false }
        if !state.isSet { state.waiter = waiter }
        return !state.isSet
      }
    }
  }
}
