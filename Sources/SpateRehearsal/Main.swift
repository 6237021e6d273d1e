// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// `spate-rehearse [--seeds N] [--seed S]`: plays calls that fail in every way, in virtual time, and checks what must hold
/// for each (trust.md P15). Exit 1 when it does not, with the seed; `--seed` plays that one again and shows it.
@main struct Main {
  static func main() async {
    var (first, count) = (UInt64(1), UInt64(1000))
    var isShown = false
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      guard let value = arguments.popFirst().flatMap({ UInt64($0) }) else { usage() }
      switch argument {
      case "--seeds": count = value
      case "--seed": (first, count, isShown) = (value, 1, true)
      default: usage()
      }
    }
    let summary = await withTaskGroup(of: Summary.self) { group in
      let share = (count + 1) / 2
      for begin in stride(from: first, to: first + count, by: Int(max(share, 1))) {
        let seeds = begin..<min(begin + share, first + count)
        group.addTask { [isShown] in
          var summary = Summary()
          for seed in seeds { await summary.add(Rehearsal(seed: seed), isShown) }
          return summary
        }
      }
      var all = Summary()
      for await part in group { all.merge(part) }
      return all
    }
    print(summary)
    if !summary.broken.isEmpty { exit(1) }
  }

  private static func usage() -> Never {
    print("usage: spate-rehearse [--seeds N] [--seed S]")
    exit(2)
  }
}
