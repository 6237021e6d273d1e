// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore
internal import SpateTransport

/// Words before everything else: what came behind the first of them in the same read is decoded once their reader has them
/// (docs/decisions/0024).
extension Attempt {
  /// Keeps what came behind the first words until their reader has them: who waits for an answer waits for them, and not for
  /// what is made of the rest of the read. False where the transport can not come back to it.
  func putOff(_ bytes: Span<UInt8>) -> Bool {
    rest = Array(copying: bytes)
    if run.transport.afterTurn({ _ = self.goOn() }) { return true }
    rest = []
    return false
  }

  /// The same bytes, as if they had come now; not where nothing is wanted any more, as a transport brings nothing then. A
  /// pause that they ask for is asked for again by the next ones.
  func takeRest() {
    let bytes = rest
    rest = []
    guard !state.withLock({ $0.isLetGo }) else { return }
    _ = body(bytes.span)
  }

  /// Decodes what was put off; false where nothing is. On the transport's thread, outside of its calls.
  func goOn() -> Bool {
    guard !rest.isEmpty else { return false }
    takeRest()
    if let result = heldEnd.take() { end(result) } else { turnEnded() }
    return true
  }

  /// The end of a line, and of the empty ones behind it.
  static func lineEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    var end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
    while end < bytes.count, bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r") { end += 1 }
    return end
  }
}
