// SPDX-License-Identifier: Apache-2.0

/// How much of a request the parser takes before it refuses (trust.md G8).
package struct RequestLimits: Sendable {
  /// The longest request target.
  package var targetBytes = 8 << 10
  /// The longest head: request line, fields, every line end. Trailers have as much again, and chunk extensions too.
  package var headerBytes = 32 << 10
  /// The most field lines of a head, and of trailers.
  package var headerFields = 100
  /// The longest body, after chunks are taken apart.
  package var bodyBytes = 16 << 20

  /// The longest method. Longer ones are nobody's.
  static let methodBytes = 32
  /// The longest line of a chunk's size with its extensions.
  static let chunkLineBytes = 1 << 10
  /// RFC 9112, 2.2 wants at least one empty line before a request tolerated.
  static let emptyLines = 4

  /// The limits of trust.md G8.
  package init() {}
}
