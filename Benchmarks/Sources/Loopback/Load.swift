// SPDX-License-Identifier: Apache-2.0

internal import Spate

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
      for _ in 0..<options.streams { group.addTask { await Self.read(client, hasStamps: hasStamps) } }
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
      figures += await Self.read(client, hasStamps: hasStamps)
    }
    figures.note += "memory grew by \(Machine.residentMemory - memory) KiB over the last nine tenths"
    return figures
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
        if figures.chunks == 0 { figures.firsts.append(Double(Machine.nanoseconds - began) / 1000) }
        figures.chunks += 1
        figures.text += text.utf8.count
        if hasStamps {
          // Byte by byte: a prefix of characters would be a tenth of what is measured.
          let stamp = text.utf8.prefix(16).reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 &- UInt8(ascii: "0")) }
          figures.latencies.append(Double(Machine.nanoseconds &- stamp) / 1000)
        }
      }
      figures.done = 1
    } catch {
      figures.errors = 1
      figures.note = (error as? SpateError)?.label ?? "cancelled"
    }
    return figures
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
