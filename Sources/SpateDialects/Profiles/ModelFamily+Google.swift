// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Google's models, in Gemini's dialect.
///
/// From Google's guides to thinking (budgets and levels), the model pages of the Gemini API and of Vertex. Not confirmed:
/// the levels of models after Gemini 3.1.
extension ModelFamily {
  private static let there: Set<DialectID> = [.gemini]

  static let google: [ModelFamily] = [
    ModelFamily("*gemini-1*", "*gemini-2.0*", in: there, ModelProfile(idle)),
    ModelFamily("*gemini-2.5-pro*", in: there, gemini(budget: 128...32_768, alwaysReasons: true)),
    ModelFamily("*gemini-2.5-flash*", in: there, gemini(budget: 1...24_576)),
    ModelFamily("*gemini-2.5-flash-lite*", in: there, gemini(budget: 512...24_576)),
    // They draw, and call nothing.
    ModelFamily(
      "*gemini-2.5-flash-image*", in: there,
      ModelProfile(ModelCapabilities(can: [.chat, .images, .imageOutput], cannot: [.tools]))),
    ModelFamily("*gemini-3-pro*", in: there, gemini(levels: [.low, .high], alwaysReasons: true)),
    ModelFamily("*gemini-3.1-pro*", in: there, gemini(levels: [.low, .medium, .high], alwaysReasons: true)),
    // The least is not nothing.
    ModelFamily("*gemini-3*", in: there, gemini(levels: [.minimal, .low, .medium, .high])),
    ModelFamily(
      "*gemini-3*-image*", in: there,
      ModelProfile(
        ModelCapabilities(
          can: [.chat, .images, .imageOutput, .reasoning], efforts: [.minimal, .low, .medium, .high]))),
    // Open models: what they see differs by size.
    ModelFamily(
      "*gemma-*", "*learnlm-*", in: there, ModelProfile(ModelCapabilities(can: [.chat], cannot: [.reasoning]))),
  ]

  private static let idle = ModelCapabilities(
    can: [.chat, .streaming, .tools, .forcedTools, .images, .files, .audio, .json, .schema, .severalAnswers],
    cannot: [.reasoning])

  private static let thinking = ModelCapabilities(
    can: [.chat, .streaming, .tools, .forcedTools, .images, .files, .audio, .reasoning, .json, .schema])

  private static func gemini(
    budget: ClosedRange<Int>? = nil, levels: [ReasoningEffort]? = nil, alwaysReasons: Bool = false
  ) -> ModelProfile {
    var capabilities = thinking
    capabilities.efforts = levels
    return ModelProfile(capabilities, reasoningBudget: budget, alwaysReasons: alwaysReasons)
  }
}
