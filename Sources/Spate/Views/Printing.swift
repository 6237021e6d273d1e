// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

extension ResponseStream {
  /// Prints the words as they come, flushed, and gives the whole answer.
  ///
  /// ```swift
  /// let response = try await client.stream("Tell me a story", model: "gpt-4o").print()
  /// ```
  ///
  /// `terminator` follows the last word, also of a stream that fails; none where there was no word.
  @discardableResult
  public func print(to sink: some TextSink = StandardOutput(), terminator: String = "\n") async throws -> Response {
    var reader = EventReader(tapped(by: SinkTap(sink, terminator: terminator)))
    while try await reader.refill() {}
    return try ended.get()
  }

  /// Prints the words into `output` as they come, and gives the whole answer.
  @discardableResult
  public func print(into output: inout some TextOutputStream) async throws -> Response {
    var reader = EventReader(self, keepsWords: true)
    while let event = try await reader.next() {
      if let text = event.text { output.write(text) }
    }
    return try ended.get()
  }

  /// The same stream, whose words are written to `sink` as they are read, however they are read.
  ///
  /// ```swift
  /// let file = try FileSink(path: "story.txt")
  /// try await client.stream("Tell me a story", model: "gpt-4o").tee(to: file).print()   // to the file and the screen
  /// ```
  ///
  /// The sink gets all that had come also when the stream is cut or fails, before the error is thrown.
  public func tee(to sink: some TextSink) -> ResponseStream { tapped(by: SinkTap(sink, terminator: "")) }
}

/// Writes the words of the first answer to a sink: those of a batch at once.
final class SinkTap<Sink: TextSink>: EventTap {
  private let sink: Sink
  private let terminator: String
  private let state = Lock((hasWritten: false, isOver: false))

  var keepsWords: Bool { true }

  init(_ sink: Sink, terminator: String) {
    self.sink = sink
    self.terminator = terminator
  }

  func see(_ events: [StreamEvent]) throws(SpateError) {
    var words = ""
    for event in events {
      if let text = event.text { words += text }
    }
    guard !words.isEmpty else { return }
    state.withLock { $0.hasWritten = true }
    try attempt { try sink.write(words) }
  }

  func end() throws(SpateError) {
    let (isFirst, hasWritten) = state.withLock { state in
      defer { state.isOver = true }
      return (!state.isOver, state.hasWritten)
    }
    guard isFirst else { return }
    if hasWritten, !terminator.isEmpty { try attempt { try sink.write(terminator) } }
    try attempt { try sink.finish() }
  }

  private func attempt(_ body: () throws -> Void) throws(SpateError) {
    do {
      try body()
    } catch let error as SpateError {
      throw error
    } catch {
      throw SpateError(.sink, "the words can not be written: \(error)")
    }
  }
}
