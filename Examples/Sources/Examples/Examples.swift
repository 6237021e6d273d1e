// SPDX-License-Identifier: Apache-2.0

import Foundation
import SpateSimulator

/// `examples S1`: one sample. `examples all`: every one. `examples list`: their names.
@main enum Examples {
  static let all: [any Example.Type] = [
    S1.self, S2.self, S3.self, S3b.self, S4.self, S5.self, S6.self, S7.self, S8.self, S9.self, S10.self, S11.self,
    S12.self, S13.self, S14.self, S15.self, S16.self, S17.self, S18.self, S19.self, S20.self, S21.self, S22.self,
    S23.self, S24.self, S25.self, S26.self, S27.self, S28.self, S29.self, S30.self, S31.self, S32.self, S33.self,
    S34.self, S35.self, S36.self, S37.self, S38.self, S39.self, S40.self, S41.self, S42.self, S43.self, S44.self,
    S45.self, S46.self, S47.self, S48.self, S49.self,
  ]

  static func main() async {
    let wanted = CommandLine.arguments.dropFirst()
    do {
      switch wanted.first {
      case "list": for example in all { print(example) }
      case "all":
        for example in all {
          print("== \(example)")
          try await run(example)
        }
      case nil: stop("name a sample, as examples S1, or all, or list")
      default:
        for name in wanted {
          guard let example = all.first(where: { "\($0)" == name }) else { stop("there is no sample \(name)") }
          try await run(example)
        }
      }
    } catch {
      stop("\(error)")
    }
  }

  private static func run(_ example: any Example.Type) async throws {
    let simulator = try Simulator(answers: example.answers)
    defer { simulator.stop() }
    try await example.run(on: simulator)
  }

  private static func stop(_ message: String) -> Never {
    FileHandle.standardError.write(Data("examples: \(message)\n".utf8))
    exit(1)
  }
}
