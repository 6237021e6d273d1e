// SPDX-License-Identifier: Apache-2.0

/// How a model is asked for an answer by a schema.
@nonexhaustive public enum OutputMode: String, Sendable, Hashable, Codable {
  /// The best that the model can do: by what is known of it ``native``, else ``tool``, else ``prompted``.
  case automatic
  /// The provider holds the answer to the schema.
  case native
  /// The model has to call a tool whose input is the answer. It comes as the answer's words all the same.
  case tool
  /// The schema stands in the prompt, and the answer is looked for in the model's words.
  case prompted
}
