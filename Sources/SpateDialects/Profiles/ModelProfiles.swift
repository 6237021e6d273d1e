// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Profiles by the names of models.
///
/// ```swift
/// let client = Client(profiles: ["house-model-*": ModelProfile(ModelCapabilities(cannot: [.images]))])
/// ```
///
/// `*` in a pattern stands for any characters; case does not matter. A pattern is held against the model's name and
/// against `provider/name`; of those that fit the one with the most other characters counts.
public struct ModelProfiles: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  private var entries: [Entry]

  private struct Entry: Sendable, Hashable {
    var pattern: NamePattern
    var profile: ModelProfile
  }

  /// None.
  public init() { entries = [] }

  /// Whether there are none.
  package var isEmpty: Bool { entries.isEmpty }

  /// These, by pattern.
  public init(_ profiles: [String: ModelProfile]) {
    entries = profiles.sorted { $0.key < $1.key }
      .map { Entry(pattern: NamePattern($0.key), profile: $0.value) }
  }

  /// These, by pattern; of two with the same one the last counts.
  public init(dictionaryLiteral elements: (String, ModelProfile)...) {
    self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
  }

  /// The profile of a model; nil where no pattern fits.
  public func profile(of model: String, at provider: Provider) -> ModelProfile? {
    guard !entries.isEmpty else { return nil }
    let name = NamePattern.folded(model)
    let full = NamePattern.folded("\(provider.id)/\(model)")
    let fitting = entries.filter { $0.pattern.matches(name) || $0.pattern.matches(full) }
    return fitting.max { $0.pattern.weight < $1.pattern.weight }?.profile
  }
}

extension Provider {
  /// What is known of a model here: by ``profiles``, else by Spate's own table.
  ///
  /// Of the table the entry of the family counts, and under it what holds for all models of the provider.
  public func profile(of model: String) -> ModelProfile {
    if let fitted { return fitted }
    if let own = profiles.profile(of: model, at: self) { return own }
    return ModelFamily.profile(of: model, at: self) ?? ModelProfile()
  }
}

/// A pattern for names.
struct NamePattern: Sendable, Hashable {
  /// What stands between the stars, in small letters.
  private let pieces: [[UInt8]]
  /// How many characters it names.
  let weight: Int

  /// A name as it is held against patterns: case does not matter.
  static func folded(_ name: String) -> [UInt8] { Array(name.lowercased().utf8) }

  init(_ pattern: String) {
    pieces = Self.folded(pattern).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    weight = pieces.reduce(0) { $0 + $1.count }
  }

  /// Whether a folded name fits.
  func matches(_ name: [UInt8]) -> Bool {
    guard let first = pieces.first, let last = pieces.last else { return false }
    if pieces.count == 1 { return name == first }
    guard name.count >= first.count + last.count, name.starts(with: first), name.suffix(last.count) == last[...] else {
      return false
    }
    // The earliest place of each piece leaves the most room for those behind it.
    var rest = name[first.count..<(name.count - last.count)]
    for piece in pieces.dropFirst().dropLast() {
      guard let place = Self.place(of: piece, in: rest) else { return false }
      rest = rest[(place + piece.count)...]
    }
    return true
  }

  private static func place(of piece: [UInt8], in name: ArraySlice<UInt8>) -> Int? {
    var index = name.startIndex
    while index + piece.count <= name.endIndex {
      if name[index..<(index + piece.count)] == piece[...] { return index }
      index += 1
    }
    return nil
  }
}
