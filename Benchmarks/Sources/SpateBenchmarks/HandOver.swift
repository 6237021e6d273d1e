// SPDX-License-Identifier: Apache-2.0

import Spate

/// F2: what it costs to get an event from the transport's thread to the reader, beside decoding it.
///
/// CPU time of whole streams from a transport without sockets, as fast as it goes, less that of decoding the same bytes.
struct HandOver {
  /// The largest costs that pass, by name.
  var limits: [String: Double]

  static let events = 64 * 2000
  private static let chunk =
    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}]}\n\n"
  private static let finish =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

  func run(only: String) async throws -> Bool {
    var isWithin = true
    for (name, size, isBatched) in Self.loads where only.isEmpty || name.contains(only) {
      let limit = limits[name] ?? .infinity
      var nanoseconds = Double.infinity
      for round in 0..<8 where round < 3 || nanoseconds > limit {
        let streamed = try await Self.stream(size, isBatched: isBatched)
        let decoded = Self.decode(size)
        nanoseconds = min(nanoseconds, max(streamed - decoded, 0) / Double(Self.events))
      }
      let isOver = nanoseconds > limit
      isWithin = isWithin && !isOver
      print(
        "\(isOver ? "OVER" : "ok  ") \(name): \(Format.number(nanoseconds, digits: 1)) ns an event, "
          + "threshold \(Format.number(limit, digits: 0))")
    }
    return isWithin
  }

  private static let loads = [
    ("hand-over, one event a read", 1, false), ("hand-over, 64 events a read", 64, false),
    ("hand-over, 64 events a read, batches", 64, true),
  ]

  static var names: [String] { loads.map(\.0) }

  /// The stream of that name, decoding included.
  static func stream(_ name: String) async throws -> Double {
    guard let (_, size, isBatched) = loads.first(where: { $0.0 == name }) else { fatalError("no load \(name)") }
    return try await stream(size, isBatched: isBatched)
  }

  private static func pieces(_ size: Int) -> [[UInt8]] {
    let piece = Array(String(repeating: chunk, count: size).utf8)
    return Array(repeating: piece, count: events / size) + [Array(finish.utf8)]
  }

  private static func stream(_ size: Int, isBatched: Bool) async throws -> Double {
    let steps = pieces(size).map(ScriptedAnswer.Step.body)
    let client = Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]),
      transport: ScriptedTransport(ScriptedAnswer([.head(200)] + steps)))
    let start = CPUTime.nanoseconds()
    var count = 0
    let stream = client.stream("Hi", model: "m")
    if isBatched {
      for try await batch in stream.batches { for event in batch { if case .text = event { count += 1 } } }
    } else {
      for try await event in stream { if case .text = event { count += 1 } }
    }
    guard count == events else { fatalError("events got lost") }
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
