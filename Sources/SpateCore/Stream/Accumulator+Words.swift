// SPDX-License-Identifier: Apache-2.0

/// Words that come together.
extension Accumulator {
  /// Adds the words from `start` on that belong to one block of one answer, and says where they end.
  ///
  /// What one read of a socket brought is joined first: adding each piece to the whole answer costs several times what
  /// copying its bytes does.
  mutating func add(wordsOf events: [StreamEvent], from start: Int) -> Int {
    guard case .text(let first) = events[start] else { return start }
    var (end, byteCount) = (start + 1, first.text.utf8.count)
    while end < events.count, case .text(let next) = events[end], next.choice == first.choice,
      next.block == first.block
    {
      byteCount += next.text.utf8.count
      end += 1
    }
    guard end - start >= Self.fewest else {
      add(words: first)
      for case .text(let next) in events[(start + 1)..<end] { add(words: next) }
      return end
    }
    let joined = unsafe String(unsafeUninitializedCapacity: byteCount) { unsafe Self.copy(events[start..<end], to: $0) }
    tokens.count(piece: joined)
    partial.chunkCount += end - start
    partial.choices[place(of: first.choice)].append(
      text: TextDelta(joined, choice: first.choice, block: first.block))
    return end
  }

  /// Adds a piece of an answer's words.
  mutating func add(words delta: TextDelta) {
    tokens.count(piece: delta.text)
    partial.chunkCount += 1
    partial.choices[place(of: delta.choice)].append(text: delta)
  }

  /// Fewer of them are added one by one.
  private static let fewest = 4

  /// Copies the words of events that are nothing else.
  @unsafe private static func copy(
    _ events: ArraySlice<StreamEvent>, to buffer: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var count = 0
    func add(_ bytes: UnsafeBufferPointer<UInt8>) {
      // The buffer has room for as many as there are.
      guard let source = bytes.baseAddress, let target = buffer.baseAddress else { return }
      unsafe (target + count).initialize(from: source, count: bytes.count)
      count += bytes.count
    }
    for case .text(let delta) in events {
      // A variable of its own, as `withUTF8` wants one, would be retained and released.
      guard unsafe delta.text.utf8.withContiguousStorageIfAvailable(add) == nil else { continue }
      // On Apple platforms some are Foundation's.
      var text = delta.text
      text.withUTF8(add)
    }
    return count
  }
}
