// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Usage {
  /// The counts of Gemini's `usageMetadata`.
  ///
  /// `promptTokenCount` counts cached tokens in, but not those of tools' results that Google's own tools made
  /// (`toolUsePromptTokenCount`); `candidatesTokenCount` counts no thoughts, and is left out when nothing was written.
  init(gemini reports: inout UsageReports) {
    let fromTools = reports.count("toolUsePromptTokenCount")
    self.init(
      input: reports.count("promptTokenCount"), output: reports.count("candidatesTokenCount"),
      cachedInput: reports.count("cachedContentTokenCount"), reasoning: reports.count("thoughtsTokenCount"))
    let audioOutput = reports.audio("candidatesTokensDetails")
    // Sound that was in the cache is read from it, and counted there.
    let cachedAudio = reports.audio("cacheTokensDetails") ?? 0
    let heard = reports.audio("promptTokensDetails").map { max(0, $0 - cachedAudio) }
    buckets.cacheRead = cachedInput
    buckets.audioInput = heard
    buckets.audioOutput = audioOutput
    buckets.uncachedInput = input.map { max(0, $0 - (cachedInput ?? 0) - (heard ?? 0)) + (fromTools ?? 0) }
    buckets.reasoningOutput = reasoning
    buckets.textOutput = output.map { max(0, $0 - (audioOutput ?? 0)) }
    // Only the sum says that the count of the words is left out because it is zero.
    let others = (input ?? 0) + (reasoning ?? 0) + (fromTools ?? 0)
    if output == nil, input != nil, reports.count("totalTokenCount") == others { buckets.textOutput = 0 }
  }
}

extension UsageReports {
  /// The tokens of sound in a list by modality; enums can be numbers.
  fileprivate mutating func audio(_ list: String) -> Int? {
    let entry = self[list]?.array?.first { $0["modality"] == "AUDIO" || $0["modality"] == 4 }
    return count(entry?["tokenCount"])
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
