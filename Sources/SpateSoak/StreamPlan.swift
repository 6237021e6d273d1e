// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateSimulator

/// One stream of the run: what is said, what goes wrong, and what the client is told to do about it. The seed and the
/// number decide all of it.
struct StreamPlan: Sendable {
  let number: Int
  var dialect: DialectID
  var script: Script
  /// What goes wrong with the first request, the second, and so on; the last one stays.
  var faults: [[Fault]] = []
  var recovery: Recovery
  var timeouts = Timeouts()
  /// The reader leaves after so many events.
  var leavesAfter: Int?

  static let dialects: [DialectID] = [
    .openAIChat, .openAIResponses, .anthropic, .gemini, .mistral, .ollama, .cohere, .bedrockConverse,
    .bedrockInvokeAnthropic,
  ]

  var model: String { "stream-\(number)" }

  var answer: Answer { .series(faults.map { Answer.script(script).with($0) }) }

  /// Words long enough to be told apart wherever two responses are joined.
  static func word(_ number: Int, _ place: Int) -> String {
    "\(place == 0 ? "" : " ")<stream_\(number)_word_number_\(place)>"
  }

  init(_ number: Int, seed: UInt64) {
    var random = Random(seed: seed &* 0x9E37_79B9 &+ UInt64(number))
    self.number = number
    dialect = Self.dialects.randomElement(using: &random) ?? .openAIChat
    let words = Int.random(in: 0...40, using: &random)
    script = Script(
      text: (0..<words).map { Self.word(number, $0) }.joined(),
      reasoning: random.chance(40) ? "thought one, thought two, thought three" : "")
    if random.chance(25) {
      script.toolCalls = [ToolCall(id: "call_1", name: "zoo", arguments: #"{"animals": ["fox", "dog"], "n": 3}"#)]
    }
    if random.chance(20) { script.pace = .microseconds(Int.random(in: 50...1000, using: &random)) }
    recovery = Recovery(
      maxRetries: Int.random(in: 0...3, using: &random),
      backoff: Backoff(base: .milliseconds(2), cap: .milliseconds(10)),
      onCut: [.fail, .restart, .continue].randomElement(using: &random))
    for _ in 0..<Int.random(in: 1...4, using: &random) { faults.append(draw(&random)) }
    if random.chance(5) { leavesAfter = Int.random(in: 0...50, using: &random) }
  }

  private mutating func draw(_ random: inout Random) -> [Fault] {
    var faults: [Fault] = []
    let byte = Int.random(in: 0...[400, 2_000, 12_000][Int.random(in: 0...2, using: &random)], using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case ..<20: break
    case ..<32: faults = [.cut(afterByte: byte)]
    case ..<42: faults = [.end(afterByte: byte)]
    case ..<49: faults = [.reset(afterByte: byte)]
    case ..<55: faults = [.shortBody(afterByte: byte)]
    case ..<60: faults = [.badChunkSize(afterByte: byte)]
    case ..<64:
      faults = [.stall(afterByte: byte)]
      timeouts = Timeouts(firstByte: .seconds(1), idle: .seconds(1))
    case ..<74:
      let status = [400, 401, 429, 500, 529].randomElement(using: &random) ?? 500
      faults = [.error(StreamError(message: "it broke", status: status), afterByte: byte)]
    case ..<86:
      let status = [400, 401, 404, 408, 409, 429, 500, 502, 503, 529].randomElement(using: &random) ?? 500
      let wait = random.chance(50) ? Failure.RetryAfter.milliseconds(Int.random(in: 1...20, using: &random)) : nil
      faults = [.status(Failure(status: status, retryAfter: wait))]
    case ..<90: faults = [.noHead]
    case ..<93: faults = [.halfHead]
    case ..<96: faults = [.headOnly]
    default: faults = [.at(.last(1), .cut(afterByte: 0))]
    }
    if random.chance(8) { faults.insert(.singleBytes, at: 0) }
    if faults.isEmpty, random.chance(10) { faults = [.gzip] }
    return faults
  }
}

/// SplitMix64: the same seed gives the same numbers.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
