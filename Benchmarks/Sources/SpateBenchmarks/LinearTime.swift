// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// P7: twice the input takes at most about twice the time.
struct LinearTime {
  /// The largest ratio of a doubling that passes.
  var limit: Double
  /// Doubled from the first to the last.
  var sizes = [1, 2, 4, 8, 16].map { $0 << 20 }

  /// Prints one line a shape and way of feeding; false when one is over the limit.
  func run(only: String) -> Bool {
    var isLinear = true
    for shape in Shape.all where only.isEmpty || shape.name.contains(only) {
      let inputs = sizes.map(shape.input)
      for pieces in shape.isFramed ? [64 << 10, 1] : [0] {
        isLinear = check(shape, inputs, pieces) && isLinear
      }
    }
    return isLinear
  }

  private func check(_ shape: Shape, _ inputs: [[UInt8]], _ pieces: Int) -> Bool {
    let sizes = inputs.map { Double($0.count) }
    var times = inputs.map { _ in Double.infinity }
    var ratio = Double.infinity
    // The least of several runs counts; noise gets more of them before it counts as a failure.
    for round in 0..<12 where round < 2 || ratio > limit {
      for (index, input) in inputs.enumerated() {
        times[index] = min(times[index], CPUTime.least(of: 1) { _ = shape.run(input, pieces) })
      }
      ratio = self.ratio(times, sizes, isMemoryBound: shape.buildsValues)
    }
    let perByte = times[times.count - 1] / sizes[sizes.count - 1]
    let feeding = pieces == 0 ? "" : pieces == 1 ? ", byte by byte" : ", pieces of 64 KiB"
    let isLinear = ratio <= limit
    let doublings = zip(times.dropFirst(), times).map { Format.number($0 / $1, digits: 2) }.joined(separator: " ")
    print(
      "\(isLinear ? "ok  " : "OVER") \(shape.name)\(feeding): ratio \(Format.number(ratio, digits: 2)) (\(doublings)), "
        + "\(Format.number(perByte, digits: 2)) ns a byte")
    fflush(nil)
    return isLinear
  }

  /// The worst ratio of a doubling. What runs at memory speed, under half a nanosecond a byte, or fills memory with
  /// values is bent by caches and page faults from one size to the next: there it is the mean of all doublings.
  private func ratio(_ times: [Double], _ sizes: [Double], isMemoryBound: Bool) -> Double {
    let last = times.count - 1
    guard isMemoryBound || times[last] / sizes[last] < 0.5 else {
      return zip(times.dropFirst(), times).map { $0 / $1 }.max() ?? 0
    }
    return pow(times[last] / times[0], 1 / Double(last))
  }
}
