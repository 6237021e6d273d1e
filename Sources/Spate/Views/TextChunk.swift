// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) public import SpateCore

/// A piece of an answer, and a view of all of it so far.
public struct TextChunk: Sendable {
  /// The new words; empty in the last chunk.
  public let delta: String
  /// Why the model stopped: in the last chunk, nil before.
  public let finishReason: FinishReason?
  let length: Int
  let soFar: ContentSoFar

  /// All words up to this chunk's.
  ///
  /// Costs nothing unless it is read. Reading it of the newest chunk costs what is new since the last reading, however
  /// long the answer is, as long as the string of that reading is not kept; of an older chunk it costs a copy.
  public var content: String { soFar.text(length, endingIn: delta) }

  /// The counts as known by now: mostly nil before the last chunk.
  public var usage: Usage? { soFar.run.read(\.usage) }

  /// Who answers, and what else the provider said by now.
  public var metadata: Metadata {
    soFar.run.read { partial in
      Metadata(id: partial.id, model: partial.model, usage: partial.usage, other: partial.metadata)
    }.with(requestID: soFar.run.head?.requestID)
  }

  /// What is known of an answer besides its words.
  public struct Metadata: Sendable, Hashable {
    /// The provider's id of the answer.
    public let id: String?
    /// The model that answers, by the provider's name for it.
    public let model: String?
    /// The counts.
    public let usage: Usage?
    /// What else the provider said, by its own names: known with the last chunk.
    public let other: JSONObject
    /// The provider's id of the request, to quote to its support.
    public private(set) var requestID: String?

    fileprivate func with(requestID: String?) -> Metadata {
      var metadata = self
      metadata.requestID = requestID
      return metadata
    }

    fileprivate init(id: String?, model: String?, usage: Usage?, other: JSONObject) {
      self.id = id
      self.model = model
      self.usage = usage
      self.other = other
    }
  }
}

/// The words that were read so far, put together only for who asks.
///
/// The run keeps them anyway, but ahead of the reader, and a copy of its string taken amid the answer would have the
/// next piece copy all of it. So what is asked for is copied once, piece by piece, into a string of the reader's own.
final class ContentSoFar: Sendable {
  let run: StreamRun
  private let joined = Lock("")

  init(_ run: StreamRun) { self.run = run }

  /// The first `length` bytes, of which `words` are the last: who reads each chunk's content needs no more than those.
  func text(_ length: Int, endingIn words: String) -> String {
    while true {
      let (have, text) = joined.withLock { joined -> (Int, String?) in
        if joined.utf8.count + words.utf8.count == length { joined += words }
        let have = joined.utf8.count
        guard have >= length else { return (have, nil) }
        return (have, have == length ? joined : String(Substring(joined.utf8.prefix(length))))
      }
      if let text { return text }
      let more = run.text(from: have, to: length)
      joined.withLock { joined in
        // Unless another thread was quicker.
        if joined.utf8.count == have { joined += more }
      }
    }
  }
}
