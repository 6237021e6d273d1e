// SPDX-License-Identifier: Apache-2.0

#if canImport(CZlib)
  internal import SpateCore

  /// The compression of a body that came although none was asked for, and what a paused sink has not taken of it.
  struct ContentCoding {
    /// Nil for one that can not be undone: an error as soon as there is a body.
    private var inflater: Inflater?
    /// Compressed bytes that came before the sink paused.
    private var held: [UInt8] = []
    /// The sink paused inside a piece of the body.
    private(set) var isHolding = false

    /// Nil where the body comes as it is.
    init?(_ fields: HTTPFields) {
      let names = fields.values(of: "content-encoding").flatMap { $0.split(separator: ",") }.map {
        $0.filter { $0 != " " && $0 != "\t" }.lowercased()
      }
      let codings = names.filter { $0 != "identity" && $0 != "" }
      guard let first = codings.first else { return nil }
      switch first {
      case _ where codings.count > 1: inflater = nil
      case "gzip", "x-gzip": inflater = Inflater(isGzip: true)
      case "deflate": inflater = Inflater(isGzip: false)
      default: inflater = nil
      }
    }

    /// Whether the body may end here.
    var isComplete: Bool { inflater?.isComplete ?? true }

    /// Gives out what comes of `bytes`, after what is held. It is held in turn where `take` pauses.
    mutating func decode(
      _ bytes: Span<UInt8>, _ take: (Span<UInt8>) -> Demand
    ) throws(TransportError) -> Demand {
      guard inflater != nil else {
        throw TransportError(.protocol, "the compression of the body can not be undone")
      }
      inflater?.received += bytes.count
      isHolding = false
      if !held.isEmpty {
        bytes.withUnsafeBufferPointer { held.append(contentsOf: $0) }
        let input = held
        held = []
        return try decode(input.span, take: take)
      }
      return try decode(bytes, take: take)
    }

    private mutating func decode(
      _ input: Span<UInt8>, take: (Span<UInt8>) -> Demand
    ) throws(TransportError) -> Demand {
      var at = 0
      guard case .pause? = try inflater?.inflate(input, &at, take) else { return .more }
      isHolding = true
      input.extracting(at...).withUnsafeBufferPointer { held.append(contentsOf: $0) }
      return .pause
    }
  }
#endif
