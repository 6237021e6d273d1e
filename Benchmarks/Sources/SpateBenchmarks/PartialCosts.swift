// SPDX-License-Identifier: Apache-2.0

import SpateCore

/// F10: 100,000 deltas of one character of one tool call, and a typed reading after each.
struct PartialCosts {
  /// The most that 100,000 deltas may take, in milliseconds, by the name of the shape.
  var limits: [String: Double]
  /// The largest ratio of a doubling that passes.
  var linearRatio: Double

  private let counts = [100_000, 200_000]

  /// A file that is being written: one long string.
  private struct Writing: Decodable {
    var path: String?
    var content: String?
    var overwrite: Bool?
  }

  /// A list of objects.
  private struct Order: Decodable {
    var customer: String?
    var items: [Item]?

    struct Item: Decodable {
      var name: String?
      var count: Int?
      var notes: [String]?
    }
  }

  private typealias Reading = @Sendable ([String]) -> Int

  private static let shapes: [(name: String, text: @Sendable (Int) -> String, read: Reading)] = [
    (
      "drafts, one long string",
      { "{\"path\": \"a.swift\", \"content\": \"\(String(repeating: "let x = 1;\\n", count: $0 / 12))\"}" },
      { pieces in
        let reader = PartialReader<Writing>()
        var sum = 0
        for piece in pieces {
          reader.feed(piece)
          sum += reader.draft?.content?.utf8.count ?? 0
        }
        return sum
      }
    ),
    (
      "drafts, a list of objects",
      { count in
        let item = "{\"name\": \"screw \\u00e9\", \"count\": 12, \"notes\": [\"steel\", \"M4\"]}"
        return
          "{\"customer\": \"c\", \"items\": [\(Array(repeating: item, count: count / 61).joined(separator: ", "))]}"
      },
      { pieces in
        let reader = PartialReader<Order>()
        var sum = 0
        for piece in pieces {
          reader.feed(piece)
          sum += reader.draft?.items?.count ?? 0
        }
        return sum
      }
    ),
    (
      "drafts, a long string in a list",
      {
        "{\"customer\": \"c\", \"items\": [{\"name\": \"\(String(repeating: "let x = 1;\\n", count: $0 / 12))\"}]}"
      },
      { pieces in
        let reader = PartialReader<Order>()
        var sum = 0
        for piece in pieces {
          reader.feed(piece)
          sum += reader.draft?.items?.first?.name?.utf8.count ?? 0
        }
        return sum
      }
    ),
    (
      "one text by its path",
      { "{\"content\": \"\(String(repeating: "a line of it\\n", count: $0 / 14))\"}" },
      { pieces in
        var json = PartialJSON()
        var sum = 0
        for piece in pieces {
          json.feed(piece)
          sum += json.text(at: "content")?.utf8.count ?? 0
        }
        return sum
      }
    ),
  ]

  /// Prints one line a shape; false when one is over its limit.
  func run(only: String) -> Bool {
    var isWithin = true
    for shape in Self.shapes where only.isEmpty || shape.name.contains(only) {
      let inputs = counts.map { count in shape.text(count).map(String.init) }
      var times = counts.map { _ in Double.infinity }
      let limit = limits[shape.name] ?? .infinity
      var (milliseconds, ratio) = (Double.infinity, Double.infinity)
      for round in 0..<20 where round < 5 || milliseconds > limit || ratio > linearRatio {
        for (index, pieces) in inputs.enumerated() {
          let time = CPUTime.least(of: 1) { precondition(shape.read(pieces) > 0) }
          times[index] = min(times[index], time * Double(counts[index]) / Double(pieces.count))
        }
        milliseconds = times[0] / 1e6
        ratio = times[1] / times[0]
      }
      let isOver = milliseconds > limit || ratio > linearRatio
      isWithin = isWithin && !isOver
      print(
        "\(isOver ? "OVER" : "ok  ") partial, \(shape.name): \(Format.number(milliseconds, digits: 1)) ms for "
          + "\(counts[0]) deltas of one character (threshold \(Format.number(limit, digits: 0))), "
          + "doubling \(Format.number(ratio, digits: 2))")
    }
    return isWithin
  }
}
