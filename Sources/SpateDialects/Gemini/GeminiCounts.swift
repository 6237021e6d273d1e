// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The counts of Gemini's `usageMetadata`.
///
/// `promptTokenCount` counts cached tokens in, but not those of tools' results that Google's own tools made
/// (`toolUsePromptTokenCount`); `candidatesTokenCount` counts no thoughts.
struct GeminiCounts: Sendable {
  /// The report as it has come together: reports are cumulative, the last value of each field counts (rule U1).
  private(set) var native = JSONObject()
  /// A count was a number that none can be.
  private(set) var hasIgnored = false

  /// Takes over a report; false when it says nothing.
  mutating func update(with report: JSONValue) -> Bool {
    guard let fields = report.object, !fields.isEmpty else { return false }
    for (key, value) in fields.members where !value.isNull && (native.members.count < 64 || native[key] != nil) {
      native[key] = value
    }
    return true
  }

  private mutating func count(_ value: JSONValue?) -> Int? {
    guard case .number(let number)? = value else { return nil }
    // Bounded so that sums never overflow.
    if let count = number.int, (0...(1 << 48)).contains(count) { return count }
    hasIgnored = true
    return nil
  }

  /// The tokens of sound in a list by modality; enums can be numbers.
  private mutating func audio(_ list: String) -> Int? {
    let entry = native[list]?.array?.first { $0["modality"] == "AUDIO" || $0["modality"] == 4 }
    return count(entry?["tokenCount"])
  }

  /// The counts in the form of all providers; nil while none is known.
  mutating func usage() -> Usage? {
    let input = count(native["promptTokenCount"])
    let output = count(native["candidatesTokenCount"])
    guard input != nil || output != nil else { return nil }
    let cached = count(native["cachedContentTokenCount"])
    let thoughts = count(native["thoughtsTokenCount"])
    let fromTools = count(native["toolUsePromptTokenCount"])
    let (audioInput, audioOutput) = (audio("promptTokensDetails"), audio("candidatesTokensDetails"))
    var usage = Usage(
      input: input, output: output, cachedInput: cached, reasoning: thoughts, native: .object(native))
    // Sound that was in the cache is read from it, and counted there.
    let heard = audioInput.map { max(0, $0 - (audio("cacheTokensDetails") ?? 0)) }
    usage.buckets.cacheRead = cached
    usage.buckets.audioInput = heard
    usage.buckets.audioOutput = audioOutput
    usage.buckets.uncachedInput = input.map { max(0, $0 - (cached ?? 0) - (heard ?? 0)) + (fromTools ?? 0) }
    usage.buckets.reasoningOutput = thoughts
    usage.buckets.textOutput = output.map { max(0, $0 - (audioOutput ?? 0)) }
    return usage
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
