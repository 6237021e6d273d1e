// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// A response as it is going to be sent: what a fault changes.
struct Playback: Sendable {
  /// What comes after the body.
  enum End: Sendable, Hashable {
    case proper, cut, reset, stall, badChunkSize
    /// The connection ends before the length that the head named.
    case short(of: Int)
    /// In place of everything.
    case noHead, halfHead
  }

  var status = 200
  var fields: HTTPFields
  var body: [UInt8]
  /// Where each write ends; the last one is the end of the body.
  var borders: [Int]
  var pace: Pace
  var end = End.proper
  /// Sent with its length, not in chunks.
  var isWhole = false
  /// Where the pieces of a script end in the body.
  private(set) var marks: [Mark] = []
  /// How many bytes of a script's words are in whole frames of the body; nil where nobody knows.
  private(set) var sentText: Int?
  private var isPacked = false
  /// Who finds the frames, and words the errors.
  let server: any ServerDialect

  /// A body in one write.
  init(body: [UInt8], contentType: String, server: any ServerDialect, pace: Pace = Pace()) {
    self.body = body
    self.server = server
    self.pace = pace
    borders = body.isEmpty ? [] : [body.count]
    fields = ["Content-Type": contentType]
  }

  /// Adds a write.
  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    body += bytes
    borders.append(body.count)
  }

  /// Adds a write for an event of a script.
  mutating func append(_ event: StreamEvent, _ bytes: [UInt8]) {
    append(bytes)
    guard let kind = Mark.Kind(event) else { return }
    var mark = Mark(kind: kind, end: body.count)
    if case .text(let delta) = event, delta.choice == 0 { mark.words = delta.text.utf8.count }
    marks.append(mark)
    sentText = (sentText ?? 0) + mark.words
  }

  /// Cuts the body into writes of this many bytes, or with a seed of random sizes up to it; 0 is one write.
  mutating func split(every size: Int, seed: UInt64? = nil) {
    guard !body.isEmpty else { return borders = [] }
    let size = size > 0 ? size : body.count
    guard let seed else { return borders = Array(stride(from: size, to: body.count, by: size)) + [body.count] }
    var random = SplitMix64(seed: seed)
    var end = 0
    borders = []
    while end < body.count {
      end = min(end + Int.random(in: 1...size, using: &random), body.count)
      borders.append(end)
    }
  }

  /// Makes it go wrong; `now` in seconds since 1970, for dates in header fields. `writer`: of this answer.
  mutating func apply(_ fault: Fault, now: Int, writer: any AnswerWriter) {
    switch fault {
    case .end(let byte): truncate(byte)
    case .cut(let byte): end(.cut, after: byte)
    case .shortBody(let byte): end(.short(of: body.count), after: byte)
    case .reset(let byte): end(.reset, after: byte)
    case .stall(let byte): end(.stall, after: byte)
    case .badChunkSize(let byte): end(.badChunkSize, after: byte)
    case .error(let error, let byte):
      truncate(server.frameEnd(in: body, after: byte))
      var writer = writer
      // An array closes otherwise once it has elements.
      if !body.isEmpty { _ = writer.bytes(of: .text(TextDelta(" "))) }
      append(error.bytes(by: writer))
    case .at(let place, let fault): apply(fault.moved(by: self.byte(of: place)), now: now, writer: writer)
    case .insert(let bytes, let byte): insert(bytes, at: min(max(byte, 0), body.count))
    case .status(let failure):
      truncate(0)
      status = failure.status
      let served = ServedFailure(status: failure.status, message: failure.message)
      fields = failure.headFields(now: now)
      if failure.body == nil { for field in server.fields(of: served).fields { fields[field.name] = field.value } }
      for field in failure.fields.fields { fields[field.name] = field.value }
      body = failure.body ?? server.body(of: served)
      borders = body.isEmpty ? [] : [body.count]
      isWhole = true
    case .singleBytes: borders = body.isEmpty ? [] : Array(1...body.count)
    case .contentType(let type): fields["Content-Type"] = type
    case .field(let name, let value): fields[name] = value
    case .gzip:
      body = Gzip.stored(body)
      borders = [body.count]
      isPacked = true
      fields["Content-Encoding"] = "gzip"
    case .headOnly: end(.cut, after: 0)
    case .halfHead: end(.halfHead, after: 0)
    case .noHead: end(.noHead, after: 0)
    }
    // What has a length can not be ended otherwise than properly.
    if end != .proper { isWhole = false }
  }

  private mutating func end(_ end: End, after byte: Int) {
    truncate(byte)
    self.end = end
  }

  private mutating func truncate(_ byte: Int) {
    let count = min(max(byte, 0), body.count)
    body.removeSubrange(count...)
    borders.removeAll { $0 >= count }
    if count > 0 { borders.append(count) }
    guard !isPacked else { return sentText = nil }
    marks.removeAll { $0.end > count }
    if sentText != nil { sentText = marks.reduce(0) { $0 + $1.words } }
  }

  private mutating func insert(_ bytes: [UInt8], at byte: Int) {
    guard !bytes.isEmpty else { return }
    body.insert(contentsOf: bytes, at: byte)
    let before = borders.filter { $0 < byte } + (byte > 0 ? [byte] : [])
    borders = before + [byte + bytes.count] + borders.filter { $0 > byte }.map { $0 + bytes.count }
    for index in marks.indices where marks[index].end > byte { marks[index].end += bytes.count }
  }
}

extension StreamError {
  /// The error as an event, and what its sender sends after it.
  func bytes(by writer: any AnswerWriter) -> [UInt8] {
    var json = JSONWriter()
    switch style {
    case .dialect:
      var writer = writer
      return writer.bytes(of: ServedFailure(status: status, message: message, type: type, code: code))
    case .openRouter:
      json.object {
        $0.member("id", "gen-simulated")
        $0.member("object", "chat.completion.chunk")
        $0.array("choices") {
          $0.object {
            $0.member("index", 0)
            $0.object("delta") {
              $0.member("role", "assistant")
              $0.member("content", "")
            }
            $0.member("finish_reason", "error")
            $0.member("native_finish_reason", "error")
          }
        }
        $0.object("error") {
          let status = Int(code ?? "502")
          if let status { $0.member("code", status) } else { $0.member("code", code) }
          $0.member("message", message)
        }
      }
      return ChatStreamWriter.frame(json.bytes) + ChatStreamWriter.lastWord
    }
  }
}
