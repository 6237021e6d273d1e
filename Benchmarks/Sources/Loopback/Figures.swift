// SPDX-License-Identifier: Apache-2.0

/// What reading streams gave.
struct Figures: Sendable {
  var done = 0
  var errors = 0
  var chunks = 0
  var text = 0
  /// Microseconds from the server's stamp to the reader.
  var latencies: [Double] = []
  /// Microseconds from the call to the first text.
  var firsts: [Double] = []
  var note = ""

  /// Counts words that came, of a call that began at `start` nanoseconds of the system's clock.
  mutating func count(_ text: String, since start: UInt64, hasStamp: Bool) {
    if chunks == 0 { firsts.append(Double(Machine.nanoseconds - start) / 1000) }
    chunks += 1
    self.text += text.utf8.count
    guard hasStamp else { return }
    latencies.append(Double(Machine.nanoseconds &- Self.stamp(text)) / 1000)
  }

  /// Byte by byte, where they lie: otherwise it would be a tenth of what is measured.
  private static func stamp(_ text: String) -> UInt64 {
    func number(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
      var number: UInt64 = 0
      for index in 0..<min(16, bytes.count) { number = number &* 10 &+ UInt64(bytes[index] &- UInt8(ascii: "0")) }
      return number
    }
    if let stamp = text.utf8.withContiguousStorageIfAvailable(number) { return stamp }
    var copy = text
    return copy.withUTF8(number)
  }

  /// In place: with a thousand streams, copies of all that came before would be a fifth of what is measured.
  static func += (all: inout Figures, other: Figures) {
    all.done += other.done
    all.errors += other.errors
    all.chunks += other.chunks
    all.text += other.text
    all.latencies += other.latencies
    all.firsts += other.firsts
    if all.note.isEmpty { all.note = other.note }
  }

  /// The rig's line.
  func line(_ options: Options, version: String, times: Machine.Times, base: Int, peak: Int, note: String) -> String {
    func quantile(_ values: [Double], _ share: Double) -> Double {
      guard !values.isEmpty else { return -1 }
      let sorted = values.sorted()
      return sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)]
    }
    func number(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
    let members: [(String, String)] = [
      ("peer", "\"ours\""), ("version", "\"\(version)\""), ("mode", "\"\(options.mode.rawValue)\""),
      ("params", "\"\(options.params)\""), ("streams", "\(options.streams)"), ("done", "\(done)"),
      ("errors", "\(errors)"), ("chunks", "\(chunks)"), ("text", "\(text)"), ("wall_s", number(times.wall)),
      ("user_s", number(times.user)), ("sys_s", number(times.system)), ("rss_base_kb", "\(base)"),
      ("rss_peak_kb", "\(peak)"), ("lat_p50_us", number(quantile(latencies, 0.5))),
      ("lat_p99_us", number(quantile(latencies, 0.99))), ("lat_max_us", number(quantile(latencies, 1))),
      ("ttft_p50_us", number(quantile(firsts, 0.5))), ("ttft_p99_us", number(quantile(firsts, 0.99))), ("fnv", "\"\""),
      ("note", "\"\([note, self.note].filter { !$0.isEmpty }.joined(separator: "; "))\""),
    ]
    return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }
}
