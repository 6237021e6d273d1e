// SPDX-License-Identifier: Apache-2.0

/// What `Benchmarks/`, a package of its own, measures and users do not see.
@_spi(Benchmarks) public enum WireBenchmarks {
  /// Validation alone: nothing is built.
  public static func validate(_ bytes: Span<UInt8>) throws(WireError) { try JSONScanner.validate(bytes) }
}
