// SPDX-License-Identifier: Apache-2.0

internal import Spate
@_spi(Internals) internal import SpateCore

/// One call that a seed decides: its policy, what the network does with each of its requests, and what must hold.
struct Rehearsal {
  let seed: UInt64

  /// What came of it.
  struct Record {
    var requestCount = 0
    var restarts = 0
    var seams = 0
    var time = Duration.zero
    var error: SpateError?
    var log: [String] = []
    /// What did not hold; nil when all did.
    var problem: String?
  }

  func play() async -> Record {
    var random = SplitMix64(seed: seed)
    let course = Course(&random)
    let chance = Lock(SplitMix64(seed: seed ^ 0xABCD))
    let provider = course.provider("a")
    let client = Client(
      provider: provider, timeouts: course.timeouts, recovery: course.recovery,
      environment: Environment({ _ in nil }, date: { 0 }, random: { chance.withLock { $0.next() } }),
      transport: course.transport)
    let model =
      course.racers > 1
      ? client.model(racing: (0..<course.racers).map { Candidate("m\($0)", provider: provider) }) : client.model("m")
    var witness = Witness(course)
    let stream = model.stream("Hi")
    do {
      for try await event in stream { witness.see(event) }
      witness.end(stream.snapshot, nil)
    } catch {
      witness.end(stream.snapshot, error as? SpateError)
    }
    // What was cancelled has its end.
    await course.transport.advance(by: .zero)
    witness.settle()
    course.close()
    return witness.record
  }
}

/// SplitMix64 (Steele, Lea, Flood): the same seed plays the same call.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
