// SPDX-License-Identifier: Apache-2.0

#if canImport(CZlib)
  internal import CZlib
  internal import SpateCore

  /// Undoes gzip and deflate (RFC 1950 to 1952) with zlib, fed at any split; what comes of a piece of input is given out
  /// at once.
  ///
  /// For answers that are compressed although we asked for none (rule B8).
  final class Inflater {
    private enum Form {
      /// What deflate is wrapped in shows in its first two bytes, of which these have come.
      case unknown([UInt8])
      case known
    }

    /// A body may grow 100-fold; the first MiB is free (trust.md S19).
    private static let freeInflation = 1 << 20
    private static let inflationLimit = 100
    /// The largest window; with 16 more gzip's wrapper, negative none.
    private static let windowBits: Int32 = 15

    /// zlib keeps a pointer to it, so it may not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var form: Form
    private var output = [UInt8](repeating: 0, count: 32 << 10)
    /// zlib has more to give for the input that it took.
    private var isFull = false
    private var isOver = false
    private var inflated = 0
    /// Compressed bytes of the body so far: counted by the owner, before they are inflated.
    var received = 0

    /// `isGzip`: else deflate, with its wrapper or, as some servers send it, without.
    init(isGzip: Bool) {
      stream = .allocate(capacity: 1)
      stream.initialize(to: z_stream())
      form = isGzip ? .known : .unknown([])
      // It only fails without memory: the first call says so.
      _ = spate_inflate_init(stream, isGzip ? Self.windowBits + 16 : Self.windowBits)
    }

    deinit {
      inflateEnd(stream)
      stream.deinitialize(count: 1)
      stream.deallocate()
    }

    /// Nothing is missing at the end, or nothing came at all.
    var isComplete: Bool { isOver || received == 0 }

    /// Inflates `input` from `at` on. After a `pause` of `take`, the rest of it must come again.
    func inflate(
      _ input: Span<UInt8>, _ at: inout Int, _ take: (Span<UInt8>) -> Demand
    ) throws(TransportError) -> Demand {
      if case .unknown(var first) = form {
        while first.count < 2, at < input.count {
          first.append(input[at])
          at += 1
        }
        form = .unknown(first)
        guard first.count == 2 else { return .more }
        let isWrapped = first[0] & 0x0F == 8 && (Int(first[0]) << 8 | Int(first[1])) % 31 == 0
        if !isWrapped { inflateReset2(stream, -Self.windowBits) }
        form = .known
        var index = 0
        if case .pause = try inflate(first.span, &index, take) { return .pause }
      }
      while at < input.count || isFull {
        guard !isOver else { throw Self.broken }
        let (used, produced) = try step(input.extracting(at...))
        at += used
        isFull = produced == output.count && !isOver
        guard produced > 0 else { continue }
        inflated += produced
        guard inflated <= Self.freeInflation || inflated <= Self.inflationLimit * max(received, 1) else {
          throw TransportError(.limit, "the compressed body grows more than 100-fold when it is read")
        }
        if case .pause = take(output.span.extracting(first: produced)) { return .pause }
      }
      return .more
    }

    /// How many bytes were read, and how many came of them.
    private func step(_ input: Span<UInt8>) throws(TransportError) -> (used: Int, produced: Int) {
      let size = output.count
      let code = input.withUnsafeBufferPointer { bytes in
        output.withUnsafeMutableBufferPointer { room in
          // zlib does not write to its input; its type is from before `const`.
          stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
          stream.pointee.avail_in = UInt32(clamping: bytes.count)
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(size)
          return CZlib.inflate(stream, Z_NO_FLUSH)
        }
      }
      let used = min(input.count, Int(UInt32.max)) - Int(stream.pointee.avail_in)
      let produced = size - Int(stream.pointee.avail_out)
      switch code {
      case Z_OK: break
      case Z_STREAM_END: isOver = true
      // Nothing to read and nothing to give: all that there was has been given.
      case Z_BUF_ERROR where input.isEmpty: break
      default: throw Self.broken
      }
      return (used, produced)
    }

    private static let broken = TransportError(.protocol, "the compression of the body can not be undone")
  }
#endif
