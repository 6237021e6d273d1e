// SPDX-License-Identifier: Apache-2.0

/// A recorded response, served as it was.
public struct Recording: Sendable, Hashable {
  /// The body.
  public var body: [UInt8]
  /// Its HTTP status.
  public var status: Int
  /// Its `Content-Type`.
  public var contentType: String
  /// The bytes of one write; 0 for all at once.
  public var writeSize: Int
  /// With a seed the writes have random sizes, up to `writeSize`; the same seed gives the same sizes.
  public var writeSeed: UInt64?
  /// The time between two writes.
  public var pace: Duration

  /// A recording of this body.
  public init(
    body: [UInt8], status: Int = 200, contentType: String = "text/event-stream", writeSize: Int = 0,
    writeSeed: UInt64? = nil, pace: Duration = .zero
  ) {
    self.body = body
    self.status = status
    self.contentType = contentType
    self.writeSize = writeSize
    self.writeSeed = writeSeed
    self.pace = pace
  }
}
