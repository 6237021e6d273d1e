// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/streaming.md, as it stands there.
struct StreamingSnippets {
  struct Label { var text = "" }
  final class Notes: TextSink {
    let text = Watched("")
    func write(_ text: String) { self.text.update { $0 += text } }
    func append(_ text: String) { write(text) }
    func say(_ text: String) { write(text) }
    func stop() { write("stop") }
  }

  let client: Client
  let stream: ResponseStream

  func events() async throws -> [ToolCall] {
    var calls: [ToolCall] = []
    func dim(_ text: String) {}
    for try await event in stream {
      switch event {
      case .text(let delta): print(delta.text, terminator: "")
      case .reasoning(let delta): dim(delta.text)
      case .toolCall(let call): calls.append(call)
      case .finish(let finish): print("\n\(finish.reason)")
      default: break
      }
    }
    return calls
  }

  func closure(output: Notes) async throws {
    try await stream.forEachBatch { batch in
      for event in batch {
        if case .text(let delta) = event { output.write(delta.text) }
      }
    }
  }

  func chunks() async throws -> String {
    var label = Label()
    for try await chunk in stream.chunks {
      label.text = chunk.content
      if chunk.finishReason == .length { label.text += " (cut short)" }
    }
    return label.text
  }

  func openAI() async throws -> [[UInt8]] {
    var log: [[UInt8]] = []
    for try await chunk in stream.openAI {
      guard let choice = chunk.choices.first else { continue }
      print(choice.delta.content ?? "", terminator: "")
      log.append(chunk.json)
    }
    return log
  }

  func native() async throws -> String {
    let file = Notes()
    for try await event in stream.includingNative() {
      switch event {
      case .native(let native): file.write(native.text)
      case .text(let delta): print(delta.text, terminator: "")
      default: break
      }
    }
    return file.text.now
  }

  func printing(path: String) async throws {
    let file = try FileSink(path: path)
    let response = try await stream.tee(to: file).print()
    print("\(response.usage?.output ?? 0) tokens, \(response.finish)")
  }

  func spinning() async throws -> String {
    let spinner = Notes()
    let words = stream.onFirstToken { spinner.stop() }.text
    for try await _ in words {}
    return spinner.text.now
  }

  func batches() async throws -> String {
    let view = Notes()
    for try await batch in stream.buffered(count: 20, every: .milliseconds(50)) { view.append(batch) }
    return view.text.now
  }

  func sentences() async throws -> String {
    let speaker = Notes()
    for try await sentence in stream.buffered(by: .sentence) { speaker.say(sentence) }
    return speaker.text.now
  }

  func merged() async throws -> [String: String] {
    var columns: [String: String] = [:]
    let streams = ["gpt-4o", "grok-4"].map { ($0, client.stream("Tell me a joke", model: $0)) }
    for try await item in ResponseStream.merged(streams) {
      switch item.result {
      case .success(let event): if let text = event.text { columns[item.label, default: ""] += text }
      case .failure(let error): columns[item.label, default: ""] += " (\(error.code))"
      }
    }
    return columns
  }

  func scoped() async throws -> String {
    let first = try await client.withResponse("Count to ten", model: "gpt-4o") { stream in
      for try await word in stream.text { return word }
      return ""
    }
    return first
  }
}
