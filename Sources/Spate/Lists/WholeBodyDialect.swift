// SPDX-License-Identifier: Apache-2.0

internal import SpateCore
internal import SpateDialects

/// Reads the body of an answer that is no model's: it comes as one raw event, untouched. A status that is an error is
/// read by the dialect that it belongs to. So such calls have the clocks, the cancelling and the errors of all others.
struct WholeBodyDialect: Dialect {
  let base: any Dialect
  var id: DialectID { base.id }
  var authentication: Authentication { base.authentication }

  func encode(_ request: ChatRequest, for provider: Provider) throws(SpateError) -> EncodedRequest {
    try base.encode(request, for: provider)
  }

  func decoder(for context: ResponseContext) -> any ResponseDecoder {
    (200..<300).contains(context.status) ? WholeBodyDecoder(context) : base.decoder(for: context)
  }
}

/// Collects a body.
private struct WholeBodyDecoder: ResponseDecoder {
  private(set) var eventCount = 0
  private(set) var hasBegun = false
  private var bytes: [UInt8] = []
  private var isTooLarge = false
  private let limit: Int

  init(_ context: ResponseContext) { limit = min(context.bodyLimit, 32 << 20) }

  mutating func feed(_ bytes: Span<UInt8>, into events: inout [StreamEvent]) -> BodyDemand {
    hasBegun = hasBegun || !bytes.isEmpty
    guard self.bytes.count + bytes.count <= limit else {
      isTooLarge = true
      return .done
    }
    bytes.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) }
    return .more
  }

  mutating func finish(_ end: BodyEnd, into events: inout [StreamEvent]) throws(SpateError) {
    if isTooLarge { throw SpateError(.limit, "the answer is larger than the limit of \(limit) bytes") }
    if case .broken(let error) = end { throw error }
    events.append(.raw(RawEvent(type: "body", bytes: bytes)))
    events.append(.finish(Finish(reason: .stop, native: nil)))
  }
}
