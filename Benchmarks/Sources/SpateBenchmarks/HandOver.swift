// SPDX-License-Identifier: Apache-2.0

import Spate
import Synchronization

/// F2: what it costs to get an event from the transport's thread to the reader, beside decoding it.
///
/// CPU time of whole streams from a transport without sockets, as fast as it goes, less that of decoding the same bytes.
///
/// On one thread each read resumes the reader, which suspends again; the task prefers an executor, which the runtime looks up
/// at each of these steps. On two threads of the runtime's pool several reads may come before the reader is awake.
struct HandOver {
  /// The largest costs that pass, by name.
  var limits: [String: Double]

  /// Who reads, and how.
  private enum Reader { case events, texts, batches, closure, asyncStream }

  private struct Load {
    var name: String
    var eventsPerRead: Int
    var reader = Reader.events
    var isOnPool = false
  }

  static let events = 64 * 2000
  private static let rounds = 16
  private static let loads = [
    Load(name: "hand-over, one event a read", eventsPerRead: 1),
    Load(name: "hand-over, 64 events a read", eventsPerRead: 64),
    Load(name: "hand-over, 64 events a read, text", eventsPerRead: 64, reader: .texts),
    Load(name: "hand-over, 64 events a read, batches", eventsPerRead: 64, reader: .batches),
    Load(name: "hand-over, 64 events a read, closure", eventsPerRead: 64, reader: .closure),
    Load(name: "hand-over, one event a read, closure", eventsPerRead: 1, reader: .closure),
    Load(name: "hand-over, two threads, one event a read", eventsPerRead: 1, isOnPool: true),
    Load(name: "hand-over, two threads, 64 events a read", eventsPerRead: 64, isOnPool: true),
    Load(name: "AsyncThrowingStream, one event a read", eventsPerRead: 1, reader: .asyncStream),
    Load(name: "AsyncThrowingStream, 64 events a read", eventsPerRead: 64, reader: .asyncStream),
  ]

  private static let chunk =
    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}]}\n\n"
  private static let finish =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

  func run(only: String) async throws -> Bool {
    var isWithin = true
    for load in Self.loads where only.isEmpty || load.name.contains(only) {
      let limit = limits[load.name] ?? .infinity
      var (streamed, decoded, nanoseconds) = (Double.infinity, Double.infinity, Double.infinity)
      // The least of each: a difference of two single runs is small where the second was disturbed.
      for round in 0..<Self.rounds where round < Self.rounds / 2 || nanoseconds > limit {
        streamed = min(streamed, try await Self.stream(load))
        decoded = min(decoded, Self.decode(load.eventsPerRead))
        nanoseconds = (streamed - decoded) / Double(Self.events)
      }
      let isOver = nanoseconds > limit
      isWithin = isWithin && !isOver
      let threshold = limit.isFinite ? "threshold \(Format.number(limit, digits: 0))" : "for comparison"
      print(
        "\(isOver ? "OVER" : "ok  ") \(load.name): \(Format.number(nanoseconds, digits: 1)) ns an event beside decoding "
          + "(\(Format.number(decoded / Double(Self.events), digits: 0))), \(threshold)")
    }
    return isWithin
  }

  /// Those of ours on one thread, whose instructions can be counted: with two they depend on how the threads meet.
  static var names: [String] {
    loads.filter { if case .asyncStream = $0.reader { false } else { !$0.isOnPool } }.map(\.name)
  }

  /// The stream of that name, decoding included.
  static func stream(_ name: String) async throws -> Double {
    guard let load = loads.first(where: { $0.name == name }) else { fatalError("no load \(name)") }
    return try await stream(load)
  }

  private static func pieces(_ size: Int) -> [[UInt8]] {
    let piece = Array(String(repeating: chunk, count: size).utf8)
    return Array(repeating: piece, count: events / size) + [Array(finish.utf8)]
  }

  // MARK: Our streams

  private static func stream(_ load: Load) async throws -> Double {
    let pieces = pieces(load.eventsPerRead)
    if case .asyncStream = load.reader { return try asyncStream(pieces) }
    guard load.isOnPool else {
      let loop = PieceLoop(pieces)
      let start = CPUTime.nanoseconds()
      try loop.run { try await read(from: loop, load.reader) }
      return CPUTime.nanoseconds() - start
    }
    let transport = ScriptedTransport(ScriptedAnswer([.head(200)] + pieces.map(ScriptedAnswer.Step.body)))
    let start = CPUTime.nanoseconds()
    try await read(from: transport, load.reader)
    return CPUTime.nanoseconds() - start
  }

  @concurrent private static func read(from transport: any Transport, _ reader: Reader) async throws {
    let client = Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]), transport: transport)
    let stream = client.stream("Hi", model: "m")
    var count = 0
    switch reader {
    case .batches: for try await batch in stream.batches { for event in batch { if case .text = event { count += 1 } } }
    case .closure:
      let sum = Mutex(0)
      try await stream.forEachBatch { batch in
        sum.withLock { sum in for event in batch { if case .text = event { sum += 1 } } }
      }
      count = sum.withLock { $0 }
    case .texts: for try await text in stream.text where !text.isEmpty { count += 1 }
    default: for try await event in stream { if case .text = event { count += 1 } }
    }
    guard count == events else { fatalError("events got lost") }
  }

  // MARK: For comparison

  /// The standard library's stream in the place of ours: each event decoded, yielded and read on one thread, and nothing else done.
  private static func asyncStream(_ pieces: [[UInt8]]) throws -> Double {
    let (stream, continuation) = AsyncThrowingStream<StreamEvent, any Error>.makeStream()
    let loop = PieceLoop(pieces)
    let start = CPUTime.nanoseconds()
    try loop.run {
      _ = loop.start(
        HTTPRequest(method: "POST", url: "http://localhost"), sink: YieldingSink(continuation))
      var count = 0
      for try await event in stream { if case .text = event { count += 1 } }
      guard count == events else { fatalError("events got lost") }
    }
    return CPUTime.nanoseconds() - start
  }

  private static func decode(_ size: Int) -> Double {
    guard let dialect = Dialects.builtIn[.openAIChat] else { fatalError("no dialect") }
    let pieces = pieces(size)
    var decoder = dialect.decoder(for: ResponseContext())
    var batch: [StreamEvent] = []
    let start = CPUTime.nanoseconds()
    for piece in pieces {
      _ = decoder.feed(piece.span, into: &batch)
      batch.removeAll(keepingCapacity: true)
    }
    return CPUTime.nanoseconds() - start
  }
}

/// Decodes and yields.
private final class YieldingSink: ByteSink {
  private struct Storage {
    var decoder: any ResponseDecoder
    var events: [StreamEvent] = []
  }

  private let storage: Mutex<Storage>
  private let continuation: AsyncThrowingStream<StreamEvent, any Error>.Continuation

  init(_ continuation: AsyncThrowingStream<StreamEvent, any Error>.Continuation) {
    guard let dialect = Dialects.builtIn[.openAIChat] else { fatalError("no dialect") }
    storage = Mutex(Storage(decoder: dialect.decoder(for: ResponseContext())))
    self.continuation = continuation
  }

  func head(_ head: HTTPHead) {}

  func body(_ bytes: Span<UInt8>) -> Demand {
    storage.withLock { storage in
      _ = storage.decoder.feed(bytes, into: &storage.events)
      for event in storage.events { continuation.yield(event) }
      storage.events.removeAll(keepingCapacity: true)
    }
    return .more
  }

  func turnEnded() {}

  func end(_ result: Result<Void, TransportError>) { continuation.finish() }
}
