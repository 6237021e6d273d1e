// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension AnnotatedText {
  /// Whether it has marks that this dialect has no place for: citations, or what another provider wants back.
  func hasMarks(besides dialect: DialectID) -> Bool {
    guard let seal else { return !citations.isEmpty }
    let isSealed = seal.signature != nil || seal.details != nil
    return (isSealed || !citations.isEmpty) && !seal.isFor(dialect)
  }
}

extension ToolCall {
  /// Whether another provider wants something back with it.
  func isSealed(besides dialect: DialectID) -> Bool {
    guard let seal, seal.signature != nil || seal.details != nil else { return false }
    return !seal.isFor(dialect)
  }
}
