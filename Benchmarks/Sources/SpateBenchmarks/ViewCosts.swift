// SPDX-License-Identifier: Apache-2.0

import Spate

/// F11: the accumulated `content`, which each chunk offers, costs nothing unless it is read, and is never quadratic.
///
/// CPU time of whole streams from a transport without sockets, decoding included, against `stream.text` over the same.
struct ViewCosts {
  /// The largest multiple of the text view's time that passes, by the name of the view.
  var limits: [String: Double]
  /// The largest ratio of a doubling that passes.
  var linearRatio: Double

  /// Bytes of the answer: doubled from the first to the last.
  private let sizes = [512 << 10, 1 << 20, 2 << 20]
  private let word = "four"

  /// How a stream is read; gives the bytes that it saw.
  private typealias Reading = @Sendable (ResponseStream) async throws -> Int

  private static let views: [(name: String, read: Reading)] = [
    (
      "chunks, content never read",
      { stream in
        var count = 0
        for try await chunk in stream.chunks { count += chunk.delta.utf8.count }
        return count
      }
    ),
    (
      "chunks, content read at the end",
      { stream in
        var count = 0
        for try await chunk in stream.chunks where chunk.finishReason != nil { count = chunk.content.utf8.count }
        return count
      }
    ),
    (
      "chunks, content read on every chunk",
      { stream in
        var count = 0
        for try await chunk in stream.chunks { count = chunk.content.utf8.count }
        return count
      }
    ),
  ]

  private static func text(_ stream: ResponseStream) async throws -> Int {
    var count = 0
    for try await word in stream.text { count += word.utf8.count }
    return count
  }

  /// Prints one line a view; false when one is over its limit.
  func run(only: String) async throws -> Bool {
    var isWithin = true
    for view in Self.views where only.isEmpty || view.name.contains(only) {
      var times = sizes.map { _ in Double.infinity }
      var baseline = Double.infinity
      var (multiple, ratio) = (Double.infinity, Double.infinity)
      let limit = limits[view.name] ?? .infinity
      // The least of several runs counts; noise gets more of them before it counts as a failure.
      for round in 0..<12 where round < 4 || multiple > limit || ratio > linearRatio {
        for (index, size) in sizes.enumerated() {
          times[index] = min(times[index], try await time(size, view.read))
        }
        baseline = min(baseline, try await time(sizes[1], Self.text))
        multiple = times[1] / baseline
        ratio = zip(times.dropFirst(), times).map { $0 / $1 }.max() ?? 0
      }
      let isOver = multiple > limit || ratio > linearRatio
      isWithin = isWithin && !isOver
      let chunks = Double(sizes[1] / word.utf8.count)
      print(
        "\(isOver ? "OVER" : "ok  ") \(view.name): \(Format.number(times[1] / chunks, digits: 0)) ns a chunk, "
          + "\(Format.number(multiple, digits: 2)) x text (threshold \(Format.number(limit, digits: 2))), "
          + "doubling \(Format.number(ratio, digits: 2))")
    }
    return isWithin
  }

  private func time(_ size: Int, _ read: Reading) async throws -> Double {
    let chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(word)\"}}]}\n\n"
    let finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    let piece = Array(String(repeating: chunk, count: 256).utf8)
    let pieces = Array(repeating: ScriptedAnswer.Step.body(piece), count: size / word.utf8.count / 256)
    let answer = ScriptedAnswer([.head(200)] + pieces + [.body(finish)])
    let client = Client(
      provider: .compatible(baseURL: "http://localhost/v1"), environment: .fixed([:]),
      transport: ScriptedTransport(answer))
    let start = CPUTime.nanoseconds()
    guard try await read(client.stream("Hi", model: "m")) == size else { fatalError("words got lost") }
    return CPUTime.nanoseconds() - start
  }
}
