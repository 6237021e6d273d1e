// SPDX-License-Identifier: Apache-2.0

import Spate

/// The bytes of an OpenAI chat stream, event by event.
enum ChatBytes {
  static let head =
    #"data: {"id":"c1","model":"m-1","created":1,"choices":[{"index":0,"delta":{"role":"assistant"}}]}"# + "\n\n"

  static func text(_ text: String, choice: Int = 0) -> String {
    var json = JSONWriter()
    json.string(text)
    let content = String(decoding: json.bytes, as: UTF8.self)
    return #"data: {"choices":[{"index":\#(choice),"delta":{"content":\#(content)}}]}"# + "\n\n"
  }

  static func finish(_ word: String = "stop") -> String {
    #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"\#(word)"}]}"# + "\n\n"
  }

  static let usage = #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"# + "\n\n"
  static let done = "data: [DONE]\n\n"

  /// A whole answer of these words.
  static func answer(_ words: String...) -> String {
    head + words.map { text($0) }.joined() + finish() + usage + done
  }
}

extension PlayedTransport {
  /// One that answers every request with these bytes, in pieces of `size`.
  static func answering(_ body: String, status: Int = 200, size: Int = 1 << 20) -> PlayedTransport {
    PlayedTransport { exchange in
      exchange.send([.head(status)] + PlayedExchange.Step.pieces(body, size: size) + [.endOfTurn])
      exchange.end()
    }
  }

  /// A stream over this transport; nothing is sent yet.
  func stream(_ prompt: String = "Hi", options: ChatOptions = ChatOptions()) -> ResponseStream {
    client.stream(prompt, model: "m", options: options)
  }

  var client: Client {
    // Without clocks: what these tests count are timers of other kinds.
    Client(
      provider: .compatible(baseURL: "http://127.0.0.1:1/v1"),
      timeouts: Timeouts(firstByte: Timeouts.never, idle: Timeouts.never), recovery: .none, environment: .fixed([:]),
      transport: self)
  }
}

extension StreamEvent {
  /// A short name of what it is, and its words.
  var label: String {
    switch self {
    case .start: "start"
    case .text(let delta): "text:\(delta.text)"
    case .reasoning(let delta): "reasoning:\(delta.text)"
    case .usage: "usage"
    case .native: "native"
    case .warning(let warning): "warning:\(warning.code)"
    case .finish(let finish): "finish:\(finish.reason.rawValue)"
    case .toolInputStart(let start): "call:\(start.name)"
    case .toolInputDelta(let delta): "input:\(delta.arguments)"
    case .toolCall(let call): "called:\(call.name)"
    case .retry(let retry): "retry:\(retry.failed.number):\(retry.failed.code)"
    case .superseded(let attempt): "superseded:\(attempt.number)"
    case .restarted(let restart):
      "restarted:\(restart.discardedText):\(restart.discardedReasoning):\(restart.discardedToolCalls)"
    case .resumed(let seam): "resumed:\(seam.position):\(seam.overlap)"
    default: "other"
    }
  }
}

extension AsyncSequence {
  /// Everything there is; throws what the sequence throws.
  func all() async throws -> [Element] {
    var elements: [Element] = []
    for try await element in self { elements.append(element) }
    return elements
  }
}

/// The code of the `SpateError` that `body` throws; nil when it throws none.
func code<Result>(_ body: () async throws -> Result) async -> SpateError.Code? {
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? SpateError)?.code
  }
}

/// Whether `body` throws `CancellationError`.
func isCancellation<Result>(_ body: () async throws -> Result) async -> Bool {
  do {
    _ = try await body()
    return false
  } catch {
    return error is CancellationError
  }
}
