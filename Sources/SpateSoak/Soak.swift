// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateCore
internal import SpateSimulator

/// Thousands of streams with random faults, and what became of them (trust.md P13).
struct Soak {
  let settings: Settings

  /// So many streams share a simulator, whose record of requests is bounded, and so many a client with its retry quota.
  private static let round = 500
  private static let clientShare = 20
  /// A stream that takes this long hangs.
  private static let patience = Duration.seconds(60)

  init(_ settings: Settings) { self.settings = settings }

  /// What is counted.
  struct Figures {
    var streams = 0
    var requests = 0
    var answers = 0
    var outcomes: [String: Int] = [:]
    var restarts = 0
    var seams = 0
    var left = 0
    var short = 0
    var broken = 0
  }

  func run() async -> Bool {
    let clock = ContinuousClock()
    let begin = clock.now
    let watch = HangWatch(patience: Self.patience, seed: settings.seed)
    // What is set up once is set up before the descriptors are counted.
    _ = await play(0..<1, watch)
    let (descriptors, threads) = (Machine.descriptorCount, Machine.threadCount)
    let (figures, handles) = await play(settings.only.map { $0..<$0 + 1 } ?? 0..<settings.count, watch)
    watch.stop()
    let leaked = await descriptorsLeft(over: descriptors)
    let time = clock.now - begin
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds / 100_000_000_000_000_000) / 10
    let outcomes = figures.outcomes.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
    Output.line(
      "streams: \(figures.streams) streams with random faults, seed \(settings.seed), \(settings.inFlight) in flight: "
        + "\(figures.requests) requests, \(figures.restarts) restarts, \(figures.seams) seams, "
        + "\(figures.left) left by their reader, \(figures.short) whose last words a reset or a timeout took; "
        + "0 hung, \(figures.broken) lost, doubled, reordered or miscounted, "
        + "\(leaked) descriptors left, \(handles) handles in use, threads \(threads) before and "
        + "\(Machine.threadCount) after, \(seconds) s; \(outcomes.joined(separator: ", "))")
    return figures.broken == 0 && leaked <= 0 && handles == 0
  }

  /// The figures of these streams, and how many handles of the transport are still in use.
  private func play(_ numbers: Range<Int>, _ watch: HangWatch) async -> (Figures, Int) {
    let transport = CurlTransport()
    defer { transport.stop() }
    var figures = Figures()
    for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.round) {
      figures = await round(start..<min(start + Self.round, numbers.upperBound), transport, watch, figures)
    }
    return (figures, transport.handlesInUse)
  }

  private func round(
    _ numbers: Range<Int>, _ transport: CurlTransport, _ watch: HangWatch, _ figures: Figures
  ) async -> Figures {
    let plans = numbers.map { StreamPlan($0, seed: settings.seed) }
    let simulator: Simulator
    do {
      simulator = try Simulator(answers: Dictionary(uniqueKeysWithValues: plans.map { ($0.model, $0.answer) }))
    } catch { Output.fail("no simulator: \(error)", status: 1) }
    var results: [StreamResult] = []
    var client = Client(environment: .fixed([:]), transport: transport)
    await withTaskGroup(of: StreamResult.self) { group in
      for (index, plan) in plans.enumerated() {
        if index >= settings.inFlight, let result = await group.next() { results.append(result) }
        if index % Self.clientShare == 0 { client = Client(environment: .fixed([:]), transport: transport) }
        let model = client.model(plan.model, provider: plan.provider(at: simulator))
        group.addTask {
          watch.begin(plan.number)
          defer { watch.end(plan.number) }
          return await StreamResult(plan, model)
        }
      }
      for await result in group { results.append(result) }
    }
    simulator.stop()
    return check(results, simulator.requests, figures)
  }

  private func check(_ results: [StreamResult], _ requests: [ReceivedRequest], _ known: Figures) -> Figures {
    var figures = known
    let requests = Dictionary(grouping: requests) { $0.model ?? "" }
    for result in results {
      let own = requests[result.plan.model] ?? []
      figures.streams += 1
      figures.requests += own.count
      figures.restarts += result.restarts
      figures.seams += result.seams
      figures.left += result.hasLeft ? 1 : 0
      figures.short += result.cameShort(own) ? 1 : 0
      if !result.hasLeft { figures.outcomes[result.error?.label ?? "complete", default: 0] += 1 }
      let faults = result.faults(own)
      guard !faults.isEmpty else { continue }
      figures.broken += 1
      Output.line(
        "stream \(result.plan.number) (\(result.plan.dialect), seed \(settings.seed)): "
          + faults.joined(separator: "; ") + "; played \(result.plan.faults), \(result.plan.recovery)")
    }
    return figures
  }

  /// Descriptors over `before`, once the last sockets have been closed.
  private func descriptorsLeft(over before: Int) async -> Int {
    for _ in 0..<100_000 where Machine.descriptorCount > before { await Task.yield() }
    let left = Machine.descriptorCount - before
    if left > 0 { Output.line("streams: open at the end: \(Machine.descriptors.joined(separator: ", "))") }
    return left
  }
}

extension StreamPlan {
  func provider(at simulator: Simulator) -> Provider {
    let isOpenAI = dialect == .openAIChat || dialect == .openAIResponses
    return Provider(
      id: "simulated", name: "the simulator", baseURL: isOpenAI ? simulator.baseURL : simulator.origin,
      dialect: dialect)
  }
}
