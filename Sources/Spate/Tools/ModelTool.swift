// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// What can stand in the list of tools of a call: a ``Tool``, which is only described to the model, or an
/// ``ExecutableTool``, which Spate runs for it.
public protocol ModelTool: Sendable {
  /// What the model is told.
  var definition: Tool { get }
  /// What runs it; nil for one that the caller runs, or the provider.
  var executable: ExecutableTool? { get }
}

extension Tool: ModelTool {
  /// Itself.
  public var definition: Tool { self }
  /// Nothing: its calls are the caller's to answer.
  public var executable: ExecutableTool? { nil }
}
