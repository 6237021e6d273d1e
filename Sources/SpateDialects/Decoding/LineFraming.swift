// SPDX-License-Identifier: Apache-2.0

package import SpateCore

/// Lines of JSON (NDJSON). A whole answer is one line, so what a body is need not be known: the label of its content
/// type is not asked, for proxies give streams that of documents (rule S14).
package struct LineFraming: BodyFraming {
  private var framer: NDJSONFramer

  package init(context: ResponseContext) { framer = NDJSONFramer(lineLimit: context.eventLimit) }

  package static func cursor() -> Int { 0 }

  /// White space before a line says nothing.
  package static var readsSpaceBefore: Bool { false }

  package func form(of first: UInt8) -> BodyForm { first == UInt8(ascii: "<") ? .webPage : .events }

  package mutating func next(_ bytes: Span<UInt8>, _ cursor: inout Int) throws(WireError) -> BodyFrame<Void>? {
    switch try framer.next(bytes, &cursor) {
    case nil: nil
    case .input(let range)?: .input(range, ())
    case .buffer?: .buffer(())
    }
  }

  package var data: [UInt8] { framer.record }
  package var unknownLine: [UInt8] { [] }

  /// The end of the last line may be left out.
  package func tail() -> FrameTail<Void>? {
    let rest = framer
    guard let line = rest.finish() else { return nil }
    var tail = FrameTail<Void>(label: (), data: line)
    tail.needsNoMark = true
    return tail
  }

  package static func isHeartbeat(_ data: Span<UInt8>, _ label: Void) -> Bool { false }

  package static func isError(_ label: Void) -> Bool { false }
}
