// SPDX-License-Identifier: Apache-2.0

#if canImport(CEvent) || os(Linux) || os(macOS)
  internal import SpateCore
  internal import SpateServer

  /// Sends a response, no faster than its pace and than the client reads.
  ///
  /// On the loop's thread only.
  final class Player {
    private let playback: Playback
    private let exchange: Exchange
    private var next = 0
    private var start = 0
    private var random: SplitMix64

    private init(_ playback: Playback, on exchange: Exchange) {
      self.playback = playback
      self.exchange = exchange
      random = SplitMix64(seed: playback.pace.seed)
    }

    /// Begins to send.
    static func play(_ playback: Playback, on exchange: Exchange) {
      switch playback.end {
      case .noHead: return exchange.abort()
      case .halfHead:
        exchange.writeRaw(Array("HTTP/1.1 200 OK\r\nContent-Type: text/ev".utf8))
        return exchange.abort()
      case .short(let length):
        exchange.writeRaw(playback.head(withLength: length) + playback.body)
        return exchange.abort()
      case .proper where playback.isWhole && playback.pace.delay == .zero && playback.borders.count < 2:
        return exchange.respond(status: playback.status, fields: playback.fields, body: playback.body)
      default: break
      }
      exchange.begin(status: playback.status, fields: playback.fields)
      let player = Player(playback, on: exchange)
      if playback.pace.delay > .zero {
        exchange.after(playback.pace.delay) { player.send() }
      } else {
        player.send()
      }
    }

    private func send() {
      while next < playback.borders.count {
        let end = playback.borders[next]
        let body = playback.body
        let keepsUp = exchange.write(body.span.extracting(start..<end))
        start = end
        next += 1
        guard exchange.isOpen else { return }
        if !keepsUp {
          // The exchange lets go of this closure when it ends.
          exchange.onDrain = { self.send() }
          return
        }
        if playback.pace.interval > .zero, next < playback.borders.count {
          exchange.after(interval()) { self.send() }
          return
        }
      }
      finish()
    }

    private func finish() {
      switch playback.end {
      case .proper: exchange.finish()
      case .cut, .noHead, .halfHead, .short: exchange.abort()
      case .badChunkSize:
        exchange.writeRaw(Array("no size\r\n".utf8))
        exchange.abort()
      case .reset: exchange.reset()
      // Nothing is scheduled: only the client's leaving, or the end of the server, ends it.
      case .stall: break
      }
    }

    private func interval() -> Duration {
      let pace = playback.pace
      guard pace.jitter > 0 else { return pace.interval }
      let share = Double(random.next() >> 11) / Double(1 << 53)
      return pace.interval * (1 + min(pace.jitter, 1) * (2 * share - 1))
    }
  }
#endif

extension Playback {
  /// The head of a response with a length that may be a lie.
  fileprivate func head(withLength length: Int) -> [UInt8] {
    let lines = fields.fields.map { "\($0.name): \($0.value)" } + ["Content-Length: \(length)", "", ""]
    return Array((["HTTP/1.1 \(status) Status"] + lines).joined(separator: "\r\n").utf8)
  }
}

/// The same seed gives the same numbers.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
