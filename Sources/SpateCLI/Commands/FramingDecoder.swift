// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// `spate decode --framing`: the frames of a body by the standard's rules alone, a JSON line each.
///
/// What a body holds after its last frame is dropped here, as the standards say; what to make of it is the dialects'
/// matter. A limit or malformed bytes: the frames so far, then exit status 1.
struct FramingDecoder {
  enum Framing: String, CaseIterable {
    case sse, ndjson
    case jsonArray = "json-array"
    case eventStream = "eventstream"
    case json
  }

  var framing: Framing
  /// Bytes at a time, 0 for all.
  var split: Int

  func run(_ body: [UInt8]) -> ExitStatus {
    do throws(WireError) {
      switch framing {
      case .sse: try sse(body)
      case .ndjson: try ndjson(body)
      case .jsonArray: try jsonArray(body)
      case .eventStream: try eventStream(body)
      case .json: try JSONScanner.validate(body.span)
      }
      return .success
    } catch {
      StandardStream.error.write("spate: \(error)\n")
      return .failure
    }
  }

  private func sse(_ body: [UInt8]) throws(WireError) {
    var framer = SSEFramer()
    for piece in Pieces(body, size: split) {
      let bytes = body.span.extracting(piece)
      var cursor = SSEFramer.Cursor()
      while let item = try framer.next(bytes, &cursor) {
        guard case .event(let location) = item else { continue }
        let data =
          switch location {
          case .input(let range): bytes.extracting(range).decodedString()
          case .buffer: framer.data.span.decodedString()
          }
        printLine {
          $0.member("event", framer.eventType)
          $0.member("data", data)
          $0.member("id", framer.lastEventID.span.decodedString())
          $0.nullable("retry", framer.retryMilliseconds)
        }
      }
    }
  }

  private func ndjson(_ body: [UInt8]) throws(WireError) {
    var framer = NDJSONFramer()
    for piece in Pieces(body, size: split) {
      let bytes = body.span.extracting(piece)
      var position = 0
      while let location = try framer.next(bytes, &position) {
        switch location {
        case .input(let range): printRecord(bytes.extracting(range).decodedString())
        case .buffer: printRecord(framer.record.span.decodedString())
        }
      }
    }
    // The last line needs no end: it is a record all the same.
    if let rest = framer.finish() { printRecord(rest.span.decodedString()) }
  }

  private func jsonArray(_ body: [UInt8]) throws(WireError) {
    var framer = JSONArrayFramer()
    for piece in Pieces(body, size: split) {
      let bytes = body.span.extracting(piece)
      var position = 0
      while try framer.next(bytes, &position) { printRecord(framer.element.span.decodedString()) }
    }
    if !framer.isEnded { throw .malformed(.unexpectedEnd, offset: body.count) }
  }

  private func eventStream(_ body: [UInt8]) throws(WireError) {
    var framer = EventStreamFramer()
    for piece in Pieces(body, size: split) {
      let bytes = body.span.extracting(piece)
      var position = 0
      while try framer.next(bytes, &position) {
        let payload = framer.message[framer.payload]
        printLine { json in
          json.object("headers") {
            for header in framer.textHeaders { $0.member(named: header.name, .string(header.text)) }
          }
          // Bytes that are no text are shown with U+FFFD.
          json.member("data", String(decoding: payload, as: UTF8.self))
        }
      }
    }
    if !framer.finish() { throw .malformed(.unexpectedEnd, offset: body.count) }
  }

  private func printRecord(_ data: String) { printLine { $0.member("data", data) } }

  private func printLine(_ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter()
    json.object(members)
    StandardStream.output.writeLine(json.bytes)
  }
}
