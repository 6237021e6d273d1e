// SPDX-License-Identifier: Apache-2.0

internal import Spate
@_spi(Internals) internal import SpateCore

/// What a seed decides about a call: the policy and the answers of the network.
struct Course {
  let recovery: Recovery
  let timeouts: Timeouts
  let racers: Int
  let transport: ScriptedTransport
  /// When the last request was made.
  private let lastRequest: Lock<Duration>
  var lastRequestTime: Duration { lastRequest.withLock { $0 } }
  /// Requests that one target may get at the most.
  var limit: Int { (recovery.maxRetries ?? 2) + 1 }
  var targetCount: Int { racers + (recovery.fallbacks?.count ?? 0) }

  init(_ random: inout SplitMix64) {
    func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
    let onCut = OnCut.allCases.randomElement(using: &random) ?? .fail
    let takesPrefill = oneIn(2)
    let isLine = oneIn(5)
    racers = oneIn(6) ? Int.random(in: 2...3, using: &random) : 1
    dialect = takesPrefill ? .mistral : .openAIChat
    let dialect = dialect
    recovery = Recovery(
      maxRetries: Int.random(in: 0...4, using: &random), onCut: onCut,
      fallbacks: (0..<(oneIn(2) ? Int.random(in: 1...2, using: &random) : 0)).map {
        Candidate("f\($0)", provider: Self.provider("f\($0)", dialect))
      }, breaker: oneIn(4) ? CircuitBreaker(failures: 2) : nil)
    timeouts = Timeouts(total: oneIn(3) ? .seconds(Int.random(in: 1...300, using: &random)) : nil)
    let seed = random.next()
    // Most requests fail, so that most calls need several.
    let luck = isLine ? 1 : Int.random(in: 2...5, using: &random)
    let clock = Lock<ScriptedTransport?>(nil)
    let lastRequest = Lock(Duration.zero)
    self.lastRequest = lastRequest
    transport = ScriptedTransport { _, number in
      let now = clock.withLock { $0?.now } ?? .zero
      lastRequest.withLock { $0 = now }
      var random = SplitMix64(seed: seed &+ UInt64(number))
      return Self.answer(number, luck: luck, &random)
    }
    clock.withLock { [transport] in $0 = transport }
    self.clock = clock
  }

  /// Lets go of the transport, which its own answers look at.
  func close() { clock.withLock { $0 = nil } }

  private let clock: Lock<ScriptedTransport?>

  private let dialect: DialectID

  func provider(_ host: String) -> Provider { Self.provider(host, dialect) }

  private static func provider(_ host: String, _ dialect: DialectID) -> Provider {
    Provider(id: host, name: host, baseURL: "http://\(host).localhost/v1", dialect: dialect)
  }

  // MARK: Answers

  /// The words of the answer to the request with this number, each of which says where it belongs.
  static func word(_ request: Int, _ place: Int) -> String { "<\(request).\(place)>" }
  /// So many words has every whole answer.
  static let wordCount = 4

  private static func answer(_ request: Int, luck: Int, _ random: inout SplitMix64) -> ScriptedAnswer {
    let json: HTTPFields = ["Content-Type": "application/json"]
    guard Int.random(in: 0..<luck, using: &random) != 0 else { return whole(request, &random) }
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return .failure(TransportError(.connect, "refused"))
    case 1: return .failure(TransportError(.dns, "unknown"))
    case 2: return .failure(TransportError(.tls, "not trusted"))
    case 3:
      var fields = json
      if Bool.random(using: &random) { fields["retry-after"] = "\(Int.random(in: 0...90, using: &random))" }
      return .status(429, fields: fields)
    case 4: return .status([500, 502, 503, 529].randomElement(using: &random) ?? 500, fields: json)
    case 5: return .status([400, 401, 404, 408, 409, 451].randomElement(using: &random) ?? 400, fields: json)
    case 6: return ScriptedAnswer([.head(200), .end])
    case 7: return ScriptedAnswer([.head(200), .pause(.seconds(1000))])
    case 8:
      let type = ["overloaded_error", "invalid_request_error", ""].randomElement(using: &random) ?? ""
      return ScriptedAnswer(
        begun(request, Int.random(in: 0...2, using: &random), &random)
          + [.body("data: {\"error\":{\"message\":\"no\",\"type\":\"\(type)\"}}\n\n")])
    case 9:
      return ScriptedAnswer(begun(request, 0, thinks: true, &random) + [.failure(TransportError(.truncated, "cut"))])
    case 10: return ScriptedAnswer(begun(request, Int.random(in: 0...3, using: &random), &random) + [.end])
    case 11:
      return ScriptedAnswer(begun(request, Int.random(in: 1...3, using: &random), &random) + [.pause(.seconds(1000))])
    default:
      return ScriptedAnswer(
        begun(request, Int.random(in: 0...3, using: &random), &random)
          + [.failure(TransportError(.truncated, "the connection broke"))])
    }
  }

  /// The beginning of an answer: so many of its words, in pieces as chance has it.
  private static func begun(
    _ request: Int, _ count: Int, thinks: Bool = false, _ random: inout SplitMix64
  ) -> [ScriptedAnswer.Step] {
    var bytes =
      "data: {\"id\":\"c\(request)\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n"
    if thinks || Int.random(in: 0..<4, using: &random) == 0 {
      bytes += "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"(\(request))\"}}]}\n\n"
    }
    for place in 0..<count {
      bytes += "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(word(request, place))\"}}]}\n\n"
    }
    var steps = [ScriptedAnswer.Step.head(200)]
    var rest = Array(bytes.utf8)[...]
    while !rest.isEmpty {
      let size = Int.random(in: 1...200, using: &random)
      if Int.random(in: 0..<6, using: &random) == 0 { steps.append(.pause(.milliseconds(size * 100))) }
      steps.append(.body(Array(rest.prefix(size))))
      rest = rest.dropFirst(size)
    }
    return steps
  }

  private static func whole(_ request: Int, _ random: inout SplitMix64) -> ScriptedAnswer {
    ScriptedAnswer(
      begun(request, wordCount, &random) + [
        .body("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
      ])
  }
}
