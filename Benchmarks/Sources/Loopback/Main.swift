// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Spate

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Loads a server on this machine and prints one JSON line (Benchmarks/README.md).
@main struct Main {
  /// Blocks the first thread: one that ends, as an asynchronous `main` lets it, ends valgrind with it.
  static func main() {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      let usage = Options.usage + "\n"
      _ = usage.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
      exit(2)
    }
    Machine.raiseDescriptorLimit()
    Task.detached { await run(options) }
    // The main actor needs the first thread; without it that one waits: it would end, and valgrind with it.
    if options.reader == .main { dispatchMain() }
    DispatchSemaphore(value: 0).wait()
  }

  private static func run(_ options: Options) async {
    // One of our own, which can be stopped: the connections of the shared one outlive this measure.
    let transports = (0..<options.loops).map { _ in
      CurlTransport(certificateAuthorities: options.authorities ?? "/etc/ssl/certs/ca-certificates.crt")
    }
    let load = Load(options: options, transport: transports.count == 1 ? transports[0] : TransportPool(transports))
    let executor = options.reader == .loop || options.reader == .push ? transports[0].taskExecutor : nil
    // Tasks of their own: only those take an executor.
    await Task.detached(executorPreference: executor) { await load.warmUp() }.value
    let before = Machine.descriptorCount
    let base = Machine.residentMemory
    let begin = Machine.times
    let figures = await Task.detached(executorPreference: executor) { await load.run() }.value
    let times = Machine.times - begin
    let peak = Machine.peakMemory
    let busy = Machine.descriptorCount
    for transport in transports { transport.stop() }
    let after = Machine.descriptorCount
    let line = figures.line(
      options, version: "0.1.0", times: times, base: base, peak: peak,
      note: "read by \(options.reader.rawValue); descriptors \(before) after the warm-up, \(busy) after the load, "
        + "\(after) after the stop")
    print(line)
    exit(figures.errors == 0 && after <= before ? 0 : 1)
  }
}
