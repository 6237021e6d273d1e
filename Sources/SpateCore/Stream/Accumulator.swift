// SPDX-License-Identifier: Apache-2.0

/// Builds the answer from its events, in time that grows with their bytes only.
public struct Accumulator: Sendable {
  var tokens = TokenTally()
  /// What has come so far.
  public internal(set) var partial = PartialResponse()
  /// Where a call is in `toolCalls`, by answer and number.
  var callPlaces: [CallNumber: Int] = [:]
  /// The calls that began and have not ended: providers give two of them one id.
  var openCalls: [CallNumber] = []
  /// Of the round that runs; without rounds, of the answer.
  var round = RoundAccount()
  /// Says what the answer cost, when it ends.
  package var pricing: Pricing?

  /// What an answer cost that has ended.
  package typealias Pricing = @Sendable (PartialResponse) -> Cost?

  /// Nothing yet.
  public init() {}

  /// Nothing yet; the answer's cost is asked for when it ends.
  package init(pricing: Pricing?) { self.pricing = pricing }

  /// Adds what the events brought. A finish event among them gets the usage and the cost of the answer (rule U5).
  ///
  /// True if all of them were words of the first answer, in one block.
  @discardableResult
  package mutating func add(completing events: inout [StreamEvent]) -> Bool {
    var index = 0
    if case .text(let first)? = events.first, first.choice == 0 {
      index = add(wordsOf: events, from: 0)
      if index == events.count { return true }
    }
    while index < events.count {
      switch events[index] {
      case .text:
        index = add(wordsOf: events, from: index)
        continue
      case .finish(var finish):
        end(finish)
        (finish.usageBox, finish.costBox) = (partial.usageBox, partial.costBox)
        events[index] = .finish(finish)
      case .roundFinish(var end):
        self.end(end.finish)
        (end.finish.usageBox, end.finish.costBox) = (round.usage, round.cost)
        events[index] = .roundFinish(end)
      default: add(events[index])
      }
      index += 1
    }
    return false
  }

  /// Adds what an event brought.
  public mutating func add(_ event: StreamEvent) {
    switch event {
    case .text(let delta): add(words: delta)
    case .reasoning(let delta):
      tokens.count(piece: delta.text)
      partial.chunkCount += 1
      partial.choices[place(of: delta.choice)].append(reasoning: delta)
    case .refusal(let delta):
      tokens.count(piece: delta.text)
      partial.chunkCount += 1
      let place = place(of: delta.choice)
      if partial.choices[place].refusal == nil { partial.choices[place].outline.note(.refusal) }
      partial.choices[place].refusal.append(delta.text)
    case .toolInputStart(let start): begin(start)
    case .toolInputDelta(let delta):
      partial.chunkCount += 1
      guard let call = callPlaces[CallNumber(choice: delta.choice, index: delta.index)] else { break }
      tokens.count(piece: delta.arguments)
      partial.choices[place(of: delta.choice)].toolCalls[call].arguments += delta.arguments
    case .toolCall(let call): complete(call)
    case .start(let start):
      partial.id = start.id
      partial.model = start.model
      partial.created = start.created
    case .reasoningDetail(let detail):
      partial.reasoningDetails.append(detail)
      partial.choices[place(of: detail.choice)].outline.note(.reasoning(detail.block), detail.block)
    case .textDetail(let detail):
      partial.textDetails.append(detail)
      partial.choices[place(of: detail.choice)].outline.note(.text(detail.block), detail.block)
    case .providerToolStart: break
    case .providerTool(let tool):
      partial.providerTools.append(tool)
      partial.choices[place(of: Int32(clamping: tool.choice))].outline.add(.providerTool(tool))
    case .part(let whole):
      partial.parts.append(whole.part)
      partial.choices[place(of: whole.choice)].outline.add(whole.part)
    case .audio(let delta):
      partial.audioTranscript += delta.transcript ?? ""
      if let data = delta.data { partial.audio.append(data) }
    case .source(let source): partial.sources.append(source)
    case .logprobs(let delta): partial.choices[place(of: delta.choice)].logprobs.append(delta.native)
    case .usage(let usage):
      report(Box(usage))
      tokens.report(usage)
    case .metadata(let metadata): partial.metadata.merge(metadata)
    case .warning(let warning): partial.warnings.append(warning)
    case .retry(let retry):
      partial.failedAttempts.append(retry.failed)
      // What it reported is kept with the attempt; the next one counts anew.
      report(nil)
      tokens = TokenTally()
    case .superseded(let attempt): partial.failedAttempts.append(attempt)
    case .restarted: restart()
    case .resumed(let seam): partial.seams.append(seam)
    case .raw, .native, .toolStart: break
    case .roundStart(let start): if start.number > 1 { beginRound() }
    case .roundFinish(let end): self.end(end.finish)
    case .toolResult(let execution): partial.toolResults.append(execution)
    case .finish(let finish): end(finish)
    }
  }

  /// What an attempt came to that failed with `error`: with what it used and cost, as far as that is known.
  package func attempt(failedWith error: SpateError) -> PartialResponse {
    var copy = self
    _ = copy.fail(error)
    return copy.ownPartial
  }

  /// Notes how a stream ended that threw, and gives the error with all that had come before it (rule C3).
  public mutating func fail(_ error: SpateError) -> SpateError {
    partial.outcome = error.outcome
    if !round.isOver { close(tokens.missingAfterCut) }
    if let word = error.nativeFinish {
      partial.choices[0].nativeFinish = word
      partial.choices[0].finish = .error
    }
    var error = error
    error.partial = partial
    return error
  }

  /// What was thrown away was given out: what is known about the call itself stays.
  mutating func restart() {
    var fresh = PartialResponse()
    fresh.failedAttempts = partial.failedAttempts
    fresh.warnings = partial.warnings
    fresh.chunkCount = partial.chunkCount
    fresh.rounds = partial.rounds
    fresh.usageBox = partial.rounds.isEmpty ? nil : partial.usageBox
    partial = fresh
    callPlaces = [:]
    openCalls = []
  }

  /// Answers come in any order, and late (rule T13).
  mutating func place(of choice: Int32) -> Int {
    if choice <= 0 { return 0 }
    let index = Int(choice)
    guard let place = partial.choices.firstIndex(where: { $0.index >= index }) else {
      partial.choices.append(PartialResponse.Choice(index: index))
      return partial.choices.count - 1
    }
    if partial.choices[place].index != index {
      partial.choices.insert(PartialResponse.Choice(index: index), at: place)
    }
    return place
  }

  private mutating func end(_ finish: Finish) {
    partial.outcome = finish.outcome
    partial.metadata.merge(finish.metadata)
    // The finish of a tool loop repeats that of its last round, with the counts of all.
    if !round.isOver { close(tokens.missingAfterFinish, usage: finish.usageBox, cost: finish.costBox) }
    partial.choices[0].finish = finish.reason
    partial.choices[0].nativeFinish = finish.native
    for other in finish.choices where other.choice != 0 {
      let place = place(of: other.choice)
      partial.choices[place].finish = other.reason
      partial.choices[place].nativeFinish = other.native
    }
  }
}

extension String? {
  fileprivate mutating func append(_ more: String) {
    // Taken out, so that it is not copied: `+` would, and make this quadratic.
    var text = take() ?? ""
    text += more
    self = text
  }
}
