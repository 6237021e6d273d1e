// SPDX-License-Identifier: Apache-2.0

import SpateCore
import SpateDialects
import Testing

/// The provider's own events beside what they mean, for who asks for them.
@Suite struct NativeTests {
  private var asked: ResponseContext {
    var context = ResponseContext()
    context.includesNative = true
    return context
  }

  private func native(_ events: [StreamEvent]) -> [NativeEvent] {
    events.compactMap { if case .native(let event) = $0 { event } else { nil } }
  }

  private let chunk = #"{"choices":[{"index":0,"delta":{"content":"é"}}],"x_new":[1, 2]}"#
  private let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

  @Test func eachEventComesAsItIsAtEverySplit() {
    let body = Array(": ping\n\ndata: \(chunk)\n\nevent: odd\ndata:\ndata: \(end)\n\ndata: [DONE]\n\n".utf8)
    let expected = [
      NativeEvent(bytes: Array(chunk.utf8)), NativeEvent(type: "odd", bytes: Array("\n\(end)".utf8)),
      NativeEvent(bytes: Array("[DONE]".utf8)),
    ]
    for cut in 0...body.count {
      let decoded = Decoded([Array(body[..<cut]), Array(body[cut...])], context: asked)
      let isSame = native(decoded.events) == expected
      #expect(isSame && decoded.answer.text == "é" && decoded.failure == nil, "cut at \(cut)")
    }
  }

  @Test func eachComesBeforeWhatItMeans() {
    let decoded = Decoded([Array("data: \(chunk)\n\ndata: \(end)\n\n".utf8)], context: asked)
    let kinds = decoded.events.map { event -> String in
      switch event {
      case .native: "native"
      case .start: "start"
      case .text: "text"
      case .finish: "finish"
      default: "other"
      }
    }
    #expect(kinds == ["native", "start", "text", "native", "finish"])
  }

  @Test func aDocumentIsOneEvent() {
    let body = #"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}"#
    let decoded = Decoded([Array(body.utf8)], context: asked)
    #expect(native(decoded.events) == [NativeEvent(bytes: Array(body.utf8))])
  }

  @Test func whatCanNotBeReadComesBeforeTheError() {
    let decoded = Decoded([Array("data: {\"a\":\n\n".utf8)], context: asked)
    #expect(native(decoded.events).map(\.text) == ["{\"a\":"] && decoded.failure?.code == .decode)
    #expect(native(decoded.events).map(\.json) == [nil])
  }

  @Test func theLastEventWithoutItsBlankLineComesToo() {
    let decoded = Decoded([Array("data: \(chunk)\n\ndata: \(end)".utf8)], context: asked)
    #expect(native(decoded.events).map(\.text) == [chunk, end])
  }

  @Test func nobodyAskedNoneCome() {
    #expect(native(Decoded([Array("data: \(chunk)\n\ndata: \(end)\n\n".utf8)]).events).isEmpty)
  }
}
