// SPDX-License-Identifier: Apache-2.0

import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `SpateBenchmarks [costs|decode|handover|linear|partial|views]... [--only TEXT] [--thresholds FILE]`: exit 1 when a figure is over its threshold.
@main struct Main {
  /// Blocks the first thread: one that ends, as an asynchronous `main` lets it, ends valgrind with it.
  static func main() {
    Task.detached {
      do { try await run() } catch {
        print("\(error)")
        exit(1)
      }
    }
    DispatchSemaphore(value: 0).wait()
  }

  private static func run() async throws {
    if CommandLine.arguments.dropFirst().first == "once" {
      try await once(CommandLine.arguments.dropFirst(2))
      exit(0)
    }
    var parts: [String] = []
    var path = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Thresholds/wire.json"
    var only = ""
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      if argument == "--thresholds", let file = arguments.popFirst() {
        path = file
      } else if ["costs", "decode", "handover", "linear", "partial", "views"].contains(argument) {
        parts.append(argument)
      } else if argument == "--only", let text = arguments.popFirst() {
        only = text
      } else {
        print(
          "usage: SpateBenchmarks [costs|decode|handover|linear|partial|views]... [--only TEXT] [--thresholds FILE]")
        exit(2)
      }
    }
    let thresholds = try Thresholds(path: path)
    var isWithin = true
    if parts.isEmpty || parts.contains("costs") {
      for (name, measure) in EventCosts.all() where only.isEmpty || name.contains(only) {
        let threshold = thresholds.costs[name] ?? .infinity
        var nanoseconds = measure()
        // A neighbour on the same core doubles everything for a while: ask again before it counts.
        for _ in 0..<6 where nanoseconds > threshold {
          usleep(500_000)
          nanoseconds = min(nanoseconds, measure())
        }
        let isOver = nanoseconds > threshold
        isWithin = isWithin && !isOver
        print(
          "\(isOver ? "OVER" : "ok  ") \(name): \(Format.number(nanoseconds, digits: 1)) ns an event, "
            + "threshold \(Format.number(threshold, digits: 0))")
      }
    }
    if parts.isEmpty || parts.contains("decode") {
      isWithin = DecodeCosts.run(limits: thresholds.costs, only: only) && isWithin
    }
    if parts.isEmpty || parts.contains("handover") {
      isWithin = try await HandOver(limits: thresholds.costs).run(only: only) && isWithin
    }
    if parts.isEmpty || parts.contains("linear") {
      isWithin = LinearTime(limit: thresholds.linearRatio).run(only: only) && isWithin
    }
    if parts.isEmpty || parts.contains("partial") {
      isWithin =
        PartialCosts(limits: thresholds.partial, linearRatio: thresholds.linearRatio).run(only: only) && isWithin
    }
    if parts.isEmpty || parts.contains("views") {
      isWithin =
        try await ViewCosts(limits: thresholds.views, linearRatio: thresholds.linearRatio).run(only: only) && isWithin
    }
    exit(isWithin ? 0 : 1)
  }

  /// `once NAME COUNT`: does what has that name so often, for programs that count (Benchmarks/counts). Without a name: the
  /// names, each with how many events one time has.
  private static func once(_ arguments: ArraySlice<String>) async throws {
    guard let name = arguments.first, let count = arguments.last.flatMap({ Int($0) }) else {
      for name in DecodeCosts.names { print("\(name)\t\(DecodeCosts.events)") }
      for name in ShortAnswers.names { print("\(name)\t\(ShortAnswers.answers)") }
      for name in HandOver.names { print("\(name)\t\(HandOver.events)") }
      return
    }
    if ShortAnswers.names.contains(name) { return ShortAnswers.decode(name, times: count) }
    guard HandOver.names.contains(name) else { return DecodeCosts.decode(name, times: count) }
    for _ in 0..<count { _ = try await HandOver.stream(name) }
  }
}
