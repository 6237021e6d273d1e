// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// A place in a streamed answer by what was said until then: the same in each dialect.
///
/// ```swift
/// // Breaks off five bytes into the event after the third word.
/// let answer = Answer.script(Script(text: "One two three four.")).with(.at(.text(3), .cut(afterByte: 5)))
/// ```
///
/// Dialects that have no form for a piece, or send it later, have nothing between it and the one before.
@nonexhaustive public enum Place: Sendable, Hashable {
  /// Behind so many pieces of the thoughts.
  case thought(Int)
  /// Behind so many pieces of the words.
  case text(Int)
  /// Behind so many pieces of the tools' arguments; 0 is behind the first tool's name.
  case call(Int)
  /// Before so many of the last frames: 1 is before the dialect's last word, 0 the end.
  case last(Int)
}

/// Where what was said ends in a body.
struct Mark: Sendable {
  /// What kind of piece it is.
  enum Kind: Sendable {
    case thought, text, callStart, call

    init?(_ event: StreamEvent) {
      switch event {
      case .reasoning: self = .thought
      case .text: self = .text
      case .toolInputStart: self = .callStart
      case .toolInputDelta: self = .call
      default: return nil
      }
    }
  }

  var kind: Kind
  var end: Int
  /// The bytes of the piece, where it is one of the first answer's words.
  var words = 0
}

extension Playback {
  /// The byte at which a place is; the end for one that is not there.
  func byte(of place: Place) -> Int {
    switch place {
    case .thought(let count): return end(of: .thought, count)
    case .text(let count): return end(of: .text, count)
    case .call(0): return marks.first { $0.kind == .callStart }?.end ?? body.count
    case .call(let count): return end(of: .call, count)
    case .last(let count):
      var ends = [0]
      while let last = ends.last, last < body.count { ends.append(server.frameEnd(in: body, after: last + 1)) }
      return ends[max(ends.count - 1 - max(count, 0), 0)]
    }
  }

  private func end(of kind: Mark.Kind, _ count: Int) -> Int {
    var left = count
    guard left > 0 else { return 0 }
    for mark in marks where mark.kind == kind {
      left -= 1
      if left == 0 { return mark.end }
    }
    return body.count
  }
}

extension Fault {
  /// The same fault so many bytes later.
  func moved(by bytes: Int) -> Fault {
    func sum(_ byte: Int) -> Int { max(byte, 0).addingReportingOverflow(bytes).partialValue }
    return switch self {
    case .end(let byte): .end(afterByte: sum(byte))
    case .cut(let byte): .cut(afterByte: sum(byte))
    case .shortBody(let byte): .shortBody(afterByte: sum(byte))
    case .reset(let byte): .reset(afterByte: sum(byte))
    case .stall(let byte): .stall(afterByte: sum(byte))
    case .error(let error, let byte): .error(error, afterByte: sum(byte))
    case .insert(let bytes, let byte): .insert(bytes, afterByte: sum(byte))
    case .badChunkSize(let byte): .badChunkSize(afterByte: sum(byte))
    case .at(let place, let fault): .at(place, fault.moved(by: bytes))
    case .status, .singleBytes, .contentType, .field, .gzip, .headOnly, .halfHead, .noHead: self
    }
  }
}
