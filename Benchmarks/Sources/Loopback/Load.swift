// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import Synchronization

/// Streams through the public interface, as a program would read them.
struct Load {
  let options: Options
  let transport: any Transport

  func client(_ params: String) -> Client {
    Client(
      provider: .compatible(baseURL: options.baseURL(params)),
      timeouts: Timeouts(total: .seconds(options.timeout)), environment: .fixed([:]), transport: transport)
  }

  func run() async -> Figures {
    switch options.mode {
    case .stream: await atOnce()
    case .ttft: await oneByOne()
    case .bulk: await inBulk()
    case .slow: await slowly()
    }
  }

  /// Uncounted requests, so that what is set up once is set up.
  func warmUp() async {
    let client = client(options.params == "-" ? "-" : "c3")
    guard options.mode != .slow else { return }
    for _ in 0..<(options.mode == .ttft ? 5 : 1) { _ = await Self.read(client, hasStamps: false) }
  }

  private func atOnce() async -> Figures {
    let client = client(options.params)
    let hasStamps = options.params.contains("ts1")
    return await withTaskGroup(of: Figures.self) { group in
      for _ in 0..<options.streams { group.addTask { await read(client, hasStamps: hasStamps) } }
      return await group.reduce(into: Figures(), +=)
    }
  }

  private func oneByOne() async -> Figures {
    let client = client(options.params)
    let hasStamps = options.params.contains("ts1")
    var figures = Figures()
    var memory = 0
    for number in 0..<options.streams {
      // What the process needs at most it has by then.
      if number == options.streams / 10 { memory = Machine.residentMemory }
      figures += await read(client, hasStamps: hasStamps)
    }
    figures.note += "memory grew by \(Machine.residentMemory - memory) KiB over the last nine tenths"
    return figures
  }

  /// One stream, read where all are to be read.
  private func read(_ client: Client, hasStamps: Bool) async -> Figures {
    switch options.reader {
    case .pool, .loop: await Self.read(client, hasStamps: hasStamps)
    case .main: await Self.readOnMain(client, hasStamps: hasStamps)
    case .push: await Self.receive(client, hasStamps: hasStamps)
    }
  }

  @MainActor private static func readOnMain(_ client: Client, hasStamps: Bool) async -> Figures {
    await read(client, hasStamps: hasStamps)
  }

  private func inBulk() async -> Figures {
    let client = client(options.params)
    return await withTaskGroup(of: Figures.self) { group in
      // So many tasks, each of which asks again and again: no task is made for each request.
      for first in 0..<options.concurrency {
        group.addTask {
          var figures = Figures()
          for _ in stride(from: first, to: options.streams, by: options.concurrency) {
            figures += await Self.ask(client)
          }
          return figures
        }
      }
      return await group.reduce(into: Figures(), +=)
    }
  }

  private static func ask(_ client: Client) async -> Figures {
    var figures = Figures()
    do {
      figures.text = try await client.respond(to: "Say something short.", model: "gpt-4o-mini").text.utf8.count
      figures.chunks = 1
      figures.done = 1
    } catch {
      figures.errors = 1
      figures.note = (error as? SpateError)?.label ?? "cancelled"
    }
    return figures
  }

  private static func read(_ client: Client, hasStamps: Bool) async -> Figures {
    var figures = Figures()
    let began = Machine.nanoseconds
    do {
      for try await text in client.stream("Say something short.", model: "gpt-4o-mini").text {
        figures.count(text, since: began, hasStamp: hasStamps)
      }
      figures.done = 1
    } catch {
      figures.errors = 1
      figures.note = (error as? SpateError)?.label ?? "cancelled"
    }
    return figures
  }

  /// The same by a closure that gets what comes.
  private static func receive(_ client: Client, hasStamps: Bool) async -> Figures {
    let began = Machine.nanoseconds
    let figures = Mutex(Figures())
    do {
      try await client.stream("Say something short.", model: "gpt-4o-mini").forEachBatch { batch in
        figures.withLock { figures in
          for event in batch {
            if case .text(let delta) = event { figures.count(delta.text, since: began, hasStamp: hasStamps) }
          }
        }
      }
      figures.withLock { $0.done = 1 }
    } catch {
      figures.withLock { figures in
        figures.errors = 1
        figures.note = (error as? SpateError)?.label ?? "cancelled"
      }
    }
    return figures.withLock { $0 }
  }

  /// Sleeps 20 ms after each 64 events, which is what the window holds where an event has 4 KiB. The first tenth is the
  /// warm-up; from then on the memory must not grow.
  private func slowly() async -> Figures {
    var figures = Figures()
    var memory: [Int] = []
    do {
      for try await event in client(options.params).stream("Hi", model: "gpt-4o-mini") {
        guard case .text(let delta) = event else { continue }
        figures.chunks += 1
        figures.text += delta.text.utf8.count
        guard figures.chunks % 64 == 0 else { continue }
        memory.append(Machine.residentMemory)
        try await Task.sleep(for: .milliseconds(20))
      }
      figures.done = 1
    } catch {
      figures.errors = 1
      figures.note = (error as? SpateError)?.label ?? "cancelled"
    }
    let counted = memory.dropFirst(memory.count / 10)
    let growth = (counted.max() ?? 0) - (counted.first ?? 0)
    figures.note += "memory grew by \(growth) KiB over \(counted.count) batches, \(counted.last ?? 0) KiB at the end"
    if growth > 2 << 10 { figures.errors += 1 }
    return figures
  }
}
