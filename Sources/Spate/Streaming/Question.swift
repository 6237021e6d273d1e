// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// What is asked in a call, of whomever: it becomes a request for each candidate.
struct Question: Sendable {
  let client: Client
  var messages: [Message]
  var tools: [Tool]
  var options: ChatOptions
  let timeouts: Timeouts
  let isStream: Bool
  /// The same for each request of the call, so that a provider can tell that they are one (trust.md 1.3).
  private(set) var idempotencyKey: String
  /// What is fetched for it.
  let media: MediaStore

  init(
    client: Client, messages: [Message], tools: [Tool], options: ChatOptions, timeouts: Timeouts, isStream: Bool
  ) {
    self.client = client
    self.messages = messages
    self.tools = tools
    self.options = options
    self.timeouts = timeouts
    self.isStream = isStream
    media = MediaStore(client.mediaFetching)
    let random = client.environment.random
    idempotencyKey = "spate-" + [random.next(), random.next()].map { String($0, radix: 36) }.joined()
  }

  /// Fetches the media that one of the candidates takes the bytes of only; nil where there are none, or none that are new
  /// in this round of a tool loop.
  func fetchMedia(for candidates: [Candidate], in round: RoundRequest?) -> CallPlan.Fetch? {
    let messages = round?.messages ?? messages
    guard client.mediaFetching.isOn, !messages.webAddresses(where: { _ in true }).isEmpty else { return nil }
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
      let route = try Route(model: candidate.model, provider: candidate.provider, routing: client.routing)
      return (route.provider, try client.dialect(of: route.provider))
    } catch { return nil }
  }

  /// The same question in a later round of a tool loop.
  private func asked(in round: RoundRequest?) -> Question {
    guard let round, round.number > 1 else { return self }
    var question = self
    question.messages = round.messages
    question.tools = round.tools.map(\.definition)
    question.options = round.options
    // Another request altogether: the answer to the first must not be given again.
    question.idempotencyKey += "-\(round.number)"
    return question
  }

  /// The request for `candidate`; `continuation` is what it goes on with.
  func call(
    to candidate: Candidate, in round: RoundRequest? = nil, continuing continuation: CallPlan.Continuation?
  ) throws(SpateError) -> PreparedCall {
    try asked(in: round).call(to: candidate, continuing: continuation)
  }

  private func call(
    to candidate: Candidate, continuing continuation: CallPlan.Continuation?
  ) throws(SpateError) -> PreparedCall {
    let route = try Route(model: candidate.model, provider: candidate.provider, routing: client.routing)
    let provider = client.ledger.known(route.provider)
    let dialect = try client.dialect(of: provider)
    let profile = client.profile(of: route.model, at: provider, candidate.profile)
    var request = ChatRequest(
      model: route.model, messages: messages, tools: tools, options: options, isStream: isStream)
    try media.fill(&request, dialect, provider)
    let shape = OutputShape(&request, profile: profile, provider: provider)
    var joiner: SeamJoiner?
    var rest: EncodedRequest?
    if let continuation {
      let text = continuation.partial.text
      if let cursor = continuation.resumable?.cursor, let resume = try dialect.encodeResume(cursor, for: provider) {
        rest = resume
        joiner = SeamJoiner(cursorAfter: text)
      } else {
        let begun = String(decoding: Array(text.utf8).dropLast(while: SeamJoiner.isSpace), as: UTF8.self)
        if !begun.isEmpty {
          request.messages.append(.assistant([.text(begun)]))
          request.continuesLastTurn = true
        }
        joiner = SeamJoiner(prefill: text)
      }
    }
    let fitted = rest == nil ? try FittedRequest(request, for: provider, dialect: dialect, profile: profile) : nil
    guard var encoded = rest ?? fitted?.encoded else { throw SpateError(.badRequest, "there is nothing to send") }
    let isStream = fitted?.isStream ?? isStream
    if encoded.fields["Idempotency-Key"] == nil { encoded.fields["Idempotency-Key"] = idempotencyKey }
    var call = try PreparedCall(
      encoded, at: provider, dialect: dialect, isStream: isStream, client: client, timeouts: timeouts)
    call.model = route.model
    call.choices = fitted?.choices ?? options.n ?? 1
    call.joiner = joiner
    call.warnings += shape.warnings
    if let tags = options.thinkTags ?? profile.thinkTags { call.filters.append(ThinkTagFilter(tags)) }
    if let tool = shape.toolName { call.filters.append(AnswerToolFilter(tool)) }
    // The rest of an answer that is kept was paid for with its beginning.
    if rest == nil {
      call.account = client.account(for: encoded, options: options, at: provider, model: route.model)
    }
    if rest != nil { call.resumable = continuation?.resumable }
    call.canBePrefilled = canPrefill(provider, profile)
    return call
  }

  /// Whether the model goes on with a turn that was begun for it.
  private func canPrefill(_ provider: Provider, _ profile: ModelProfile) -> Bool {
    guard options.n ?? 1 == 1, options.reasoning == nil, options.reasoningBudget == nil, options.responseFormat == nil
    else { return false }
    // Rule R3: where nothing is known of the model, as most of those do that speak its dialect.
    return profile.capabilities[.prefill] ?? [.anthropic, .mistral].contains(provider.dialect)
  }
}

extension [UInt8] {
  /// Without the bytes at its end that are so.
  fileprivate func dropLast(while isSo: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[..<(lastIndex { !isSo($0) }.map { $0 + 1 } ?? 0)]
  }
}
