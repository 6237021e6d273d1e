// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a report of Gemini's counts.
enum GeminiCount: Int, UsageField {
  case input, output, total, cached, thoughts, fromTools
  case audioInput, audioOutput, cachedAudio

  /// Made once.
  static let fields = UsageFields(GeminiCount.self)

  var path: (object: StaticString?, name: StaticString) {
    switch self {
    case .input: (nil, "promptTokenCount")
    case .output: (nil, "candidatesTokenCount")
    case .total: (nil, "totalTokenCount")
    case .cached: (nil, "cachedContentTokenCount")
    case .thoughts: (nil, "thoughtsTokenCount")
    case .fromTools: (nil, "toolUsePromptTokenCount")
    case .audioInput: (nil, "promptTokensDetails")
    case .audioOutput: (nil, "candidatesTokensDetails")
    case .cachedAudio: (nil, "cacheTokensDetails")
    }
  }

  var isCounted: Bool { ![.audioInput, .audioOutput, .cachedAudio].contains(self) }

  /// Of a list by modality, the tokens of sound; enums can be numbers.
  func count(in value: JSONValue) -> JSONValue? {
    value.array?.first { $0["modality"] == "AUDIO" || $0["modality"] == 4 }?["tokenCount"]
  }
}

extension Usage {
  /// The counts of Gemini's `usageMetadata`.
  ///
  /// `promptTokenCount` counts cached tokens in, but not those of tools' results that Google's own tools made
  /// (`toolUsePromptTokenCount`); `candidatesTokenCount` counts no thoughts, and is left out when nothing was written.
  init(gemini reports: inout UsageReports) {
    let fromTools = reports.count(GeminiCount.fromTools)
    self.init(
      input: reports.count(GeminiCount.input), output: reports.count(GeminiCount.output),
      cachedInput: reports.count(GeminiCount.cached), reasoning: reports.count(GeminiCount.thoughts))
    let audioOutput = reports.count(GeminiCount.audioOutput)
    // Sound that was in the cache is read from it, and counted there.
    let cachedAudio = reports.count(GeminiCount.cachedAudio) ?? 0
    let heard = reports.count(GeminiCount.audioInput).map { max(0, $0 - cachedAudio) }
    buckets.cacheRead = cachedInput
    buckets.audioInput = heard
    buckets.audioOutput = audioOutput
    buckets.uncachedInput = input.map { max(0, $0 - (cachedInput ?? 0) - (heard ?? 0)) + (fromTools ?? 0) }
    buckets.reasoningOutput = reasoning
    buckets.textOutput = output.map { max(0, $0 - (audioOutput ?? 0)) }
    // Only the sum says that the count of the words is left out because it is zero.
    let others = (input ?? 0) + (reasoning ?? 0) + (fromTools ?? 0)
    if output == nil, input != nil, reports.count(GeminiCount.total) == others { buckets.textOutput = 0 }
  }
}

extension Usage {
  /// The counts in Gemini's shape.
  var geminiReport: JSONObject {
    var report = JSONObject()
    func put(_ name: String, _ count: Int?) { if let count { report[name] = .number(JSONNumber(count)) } }
    put("promptTokenCount", input)
    put("candidatesTokenCount", output)
    put("totalTokenCount", (input ?? 0) + (output ?? 0) + (reasoning ?? 0))
    put("cachedContentTokenCount", cachedInput)
    put("thoughtsTokenCount", reasoning)
    return report
  }
}
