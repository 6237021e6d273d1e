// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// The rules of a profile.
extension RequestAdapter {
  mutating func adaptNumbers() {
    let options = request.options
    adapt(.temperature, options.temperature) { $0.temperature = $1 }
    adapt(.topP, options.topP) { $0.topP = $1 }
    adapt(.presencePenalty, options.presencePenalty) { $0.presencePenalty = $1 }
    adapt(.frequencyPenalty, options.frequencyPenalty) { $0.frequencyPenalty = $1 }
    adapt(.topK, options.topK) { $0.topK = $1 }
    adapt(.maxTokens, options.maxTokens) { $0.maxTokens = $1 }
    adapt(.seed, options.seed) { $0.seed = $1 }
  }

  private mutating func adapt(
    _ parameter: ModelProfile.Parameter, _ value: Double?, _ set: (inout ChatOptions, Double?) -> Void
  ) {
    guard let value, value.isFinite else { return }
    let taken = taken(value, parameter)
    set(&request.options, taken)
    say(parameter, value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)", value, taken)
  }

  private mutating func adapt(
    _ parameter: ModelProfile.Parameter, _ value: Int?, _ set: (inout ChatOptions, Int?) -> Void
  ) {
    guard let value, let number = Double(exactly: value) else { return }
    let taken = taken(number, parameter)
    set(&request.options, taken.flatMap { Int(exactly: $0.rounded()) })
    say(parameter, "\(value)", number, taken)
  }

  private mutating func say(
    _ parameter: ModelProfile.Parameter, _ text: String, _ value: Double, _ taken: Double?
  ) {
    if taken == value { return }
    // Left out, it is what was asked for.
    if case .fixed(value)? = profile.rules[parameter] { return }
    let name = "\(parameter.rawValue) \(text)"
    if let taken { change(name, to: "\(taken)") } else { leaveOut(name + reason(of: parameter)) }
  }

  /// The value that is sent; nil for none.
  private func taken(_ value: Double, _ parameter: ModelProfile.Parameter) -> Double? {
    switch profile.rules[parameter] {
    case nil: value
    case .refused?, .fixed?: nil
    case .within(let range)?: min(max(value, range.lowerBound), range.upperBound)
    case .withoutReasoning?: isReasoning ? nil : value
    case .without(let other)?: isSet(other) ? nil : value
    }
  }

  func reason(of parameter: ModelProfile.Parameter) -> String {
    switch profile.rules[parameter] {
    case .withoutReasoning?: " while it thinks"
    case .without(let other)?: " beside \(other.rawValue)"
    default: ""
    }
  }

  private func isSet(_ parameter: ModelProfile.Parameter) -> Bool {
    let options = request.options
    return switch parameter {
    case .temperature: options.temperature != nil
    case .topP: options.topP != nil
    case .topK: options.topK != nil
    case .maxTokens: options.maxTokens != nil
    case .stop: options.stop?.isEmpty == false
    case .seed: options.seed != nil
    case .presencePenalty: options.presencePenalty != nil
    case .frequencyPenalty: options.frequencyPenalty != nil
    case .logprobs: options.logprobs == true || options.topLogprobs != nil
    case .speakerNames: request.messages.contains { $0.name != nil }
    }
  }

  /// Whether an option that is no number has to go.
  func isRefused(_ parameter: ModelProfile.Parameter) -> Bool {
    guard isSet(parameter) else { return false }
    return switch profile.rules[parameter] {
    case nil, .within?: false
    case .refused?, .fixed?: true
    case .withoutReasoning?: isReasoning
    case .without(let other)?: isSet(other)
    }
  }
}
