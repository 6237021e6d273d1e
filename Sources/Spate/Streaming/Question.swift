// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// What is asked in a call, of whomever: it becomes a request for each candidate.
final class Question: Sendable {
  let client: Client
  let messages: [Message]
  let tools: [Tool]
  let options: ChatOptions
  let timeouts: Timeouts
  let isStream: Bool
  /// The same for each request of the call, so that a provider can tell that they are one (trust.md 1.3).
  let idempotencyKey: [UInt8]
  /// What is fetched for it; nil where there can be none.
  let media: MediaStore?

  init(
    client: Client, messages: [Message], tools: [Tool], options: ChatOptions, timeouts: Timeouts, isStream: Bool
  ) {
    self.client = client
    self.messages = messages
    self.tools = tools
    self.options = options
    self.timeouts = timeouts
    self.isStream = isStream
    // What tools answer may hold some.
    media = tools.isEmpty && !messages.holdsWebAddresses ? nil : MediaStore(client.mediaFetching)
    let (high, low) = client.environment.nonce
    idempotencyKey = Self.key(high, low)
  }

  /// The same question in a later round of a tool loop.
  private init(_ first: Question, in round: RoundRequest) {
    client = first.client
    messages = round.messages
    tools = round.tools.map(\.definition)
    options = round.options
    timeouts = first.timeouts
    isStream = first.isStream
    media = first.media
    // Another request altogether: the answer to the first must not be given again.
    idempotencyKey = first.idempotencyKey + "-\(round.number)".utf8
  }

  private static func key(_ high: UInt64, _ low: UInt64) -> [UInt8] {
    let prefix: StaticString = "spate-"
    let start = prefix.utf8CodeUnitCount
    return [UInt8](unsafeUninitializedCapacity: start + 32) { bytes, count in
      for index in 0..<start { bytes[index] = prefix.utf8Start[index] }
      for place in 0..<16 {
        let shift = UInt64(60 - 4 * place)
        bytes[start + place] = hexDigit(high &>> shift)
        bytes[start + 16 + place] = hexDigit(low &>> shift)
      }
      count = start + 32
    }
  }

  private static func hexDigit(_ number: UInt64) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: number & 0xF)
    return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
  }

  private static let keyField = "Idempotency-Key"
  private static let keyFieldBytes = Array(keyField.utf8)

  /// Fetches the media that one of the candidates takes the bytes of only; nil where there are none, or none that are new
  /// in this round of a tool loop.
  func fetchMedia(for candidates: [Candidate], in round: RoundRequest?) -> CallPlan.Fetch? {
    let messages = round?.messages ?? messages
    guard let media, client.mediaFetching.isOn, messages.holdsWebAddresses else { return nil }
    var urls: Set<String> = []
    for candidate in candidates {
      // What is wrong with a candidate is said when it is asked.
      guard let (provider, dialect) = speaker(candidate) else { continue }
      urls.formUnion(messages.webAddresses { dialect.wantsBytes(of: $0, for: provider) })
    }
    urls.subtract(media.known)
    guard !urls.isEmpty else { return nil }
    return { [media, urls] transport, done in media.fetch(urls, over: transport, done: done) }
  }

  private func speaker(_ candidate: Candidate) -> (Provider, any Dialect)? {
    do throws(SpateError) {
      let target = try client.target(of: candidate)
      return (target.provider, target.dialect)
    } catch { return nil }
  }

  /// The request for `candidate`; `continuation` is what it goes on with.
  func call(
    to candidate: Candidate, in round: RoundRequest? = nil, continuing continuation: CallPlan.Continuation?
  ) throws(SpateError) -> PreparedCall {
    guard let round else { return try call(to: candidate, continuing: continuation) }
    if let problem = round.problem { throw problem }
    guard round.number > 1 else { return try call(to: candidate, continuing: continuation) }
    return try Question(self, in: round).call(to: candidate, continuing: continuation)
  }

  private func call(
    to candidate: Candidate, continuing continuation: CallPlan.Continuation?
  ) throws(SpateError) -> PreparedCall {
    let target = try client.target(of: candidate)
    let provider = client.ledger.known(target.provider)
    var request = ChatRequest(
      model: target.model, messages: messages, tools: tools, options: options, isStream: isStream)
    try media?.fill(&request, target.dialect, provider)
    var reading = PreparedCall.Reading(model: target.model)
    reading.canBePrefilled = canPrefill(target)
    if let tags = options.thinkTags ?? target.profile.thinkTags { reading.filters.append(ThinkTagFilter(tags)) }
    if options.outputMode != nil {
      let shape = OutputShape(&request, profile: target.profile, provider: provider)
      reading.warnings = shape.warnings
      if let tool = shape.toolName { reading.filters.append(AnswerToolFilter(tool)) }
    }
    var rest: EncodedRequest?
    if let continuation {
      let text = continuation.partial.text
      if let cursor = continuation.resumable?.cursor,
        let resume = try target.dialect.encodeResume(cursor, for: provider)
      {
        rest = resume
        reading.resumable = continuation.resumable
        reading.joiner = SeamJoiner(cursorAfter: text)
      } else {
        let begun = String(decoding: Array(text.utf8).dropLast(while: SeamJoiner.isSpace), as: UTF8.self)
        if !begun.isEmpty {
          request.messages.append(.assistant([.text(begun)]))
          request.continuesLastTurn = true
        }
        reading.joiner = SeamJoiner(prefill: text)
      }
    }
    guard let rest else {
      let encoded = try target.encode(&request, at: provider)
      reading.choices = request.options.n ?? 1
      reading.account = client.account(
        for: encoded, options: options, CostMeter(prices: target.prices, model: target.model))
      return try call(encoded, to: target, at: provider, isStream: request.isStream, reading)
    }
    // The rest of an answer that is kept was paid for with its beginning: no account.
    reading.choices = options.n ?? 1
    return try call(rest, to: target, at: provider, isStream: isStream, reading)
  }

  private func call(
    _ encoded: consuming EncodedRequest, to target: Target, at provider: Provider, isStream: Bool,
    _ reading: consuming PreparedCall.Reading
  ) throws(SpateError) -> PreparedCall {
    if encoded.fields[Self.keyField] == nil {
      // The key of the provider may follow.
      encoded.fields.reserve(fields: 6, bytes: 320)
      let (name, key) = (Self.keyFieldBytes, idempotencyKey)
      encoded.fields.append(name: name.span, value: key.span)
    }
    return try PreparedCall(
      encoded, at: provider, dialect: target.dialect, isStream: isStream, client: client, timeouts: timeouts,
      reading: reading, baseURL: target.baseURL)
  }

  /// Whether the model goes on with a turn that was begun for it.
  private func canPrefill(_ target: Target) -> Bool {
    target.canGoOn && options.n ?? 1 == 1 && options.reasoning == nil && options.reasoningBudget == nil
      && options.responseFormat == nil
  }
}

extension [UInt8] {
  /// Without the bytes at its end that are so.
  fileprivate func dropLast(while isSo: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[..<(lastIndex { !isSo($0) }.map { $0 + 1 } ?? 0)]
  }
}
