// SPDX-License-Identifier: Apache-2.0

@_spi(Internals) internal import SpateCore

/// What `Benchmarks/`, a package of its own, measures and users do not see.
@_spi(Benchmarks) public enum DecoderBenchmarks {
  /// How many events of a stream were read by the template of the one before them, and how many were scanned whole; nil
  /// of a decoder that has none.
  public static func templateCounts(_ decoder: any ResponseDecoder) -> (hits: Int, misses: Int)? {
    (decoder as? any TemplateCounting)?.templateCounts
  }
}

/// A decoder that reads by templates (``JSONTemplate``).
package protocol TemplateCounting {
  var templateCounts: (hits: Int, misses: Int) { get }
}
