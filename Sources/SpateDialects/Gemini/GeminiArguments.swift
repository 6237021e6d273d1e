// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Arguments of a call that come in pieces with paths (`partialArgs`), as JSON text that grows.
///
/// As long as the pieces come in the order of the text, as Gemini sends them, each one gives more of it. Once one goes
/// back to what was closed, no more is given out, and the arguments are put together at the end.
struct GeminiArguments: Sendable {
  private struct Entry: Sendable {
    var path: GeminiPath
    var value: JSONValue
  }

  /// All pieces; those of one text are joined.
  private var entries: [Entry] = []
  private var path: [GeminiPath.Step] = []
  /// The keys that were used, by open level.
  private var used: [Set<String>] = []
  private var isInString = false
  /// The pieces did not come in the order of the text.
  private(set) var isOutOfOrder = false
  /// A piece had a path that leads nowhere.
  private(set) var isBroken = false
  /// About how many bytes are kept.
  private(set) var size = 0

  /// Takes a piece; gives the text that it adds.
  mutating func add(_ piece: JSONValue) -> String {
    guard let place = piece["jsonPath"]?.string.flatMap({ GeminiPath($0) }) else {
      isBroken = true
      return ""
    }
    guard let value = Self.value(of: piece) else { return "" }
    size += value.string?.utf8.count ?? 8
    if let last = entries.indices.last, entries[last].path == place, case .string(let more) = value,
      case .string(var text) = entries[last].value
    {
      // Taken out, so that it is not copied.
      entries[last].value = .null
      text += more
      entries[last].value = .string(text)
      return isOutOfOrder ? "" : Self.escaped(more)
    }
    size += place.steps.reduce(16) { $0 + $1.size }
    entries.append(Entry(path: place, value: value))
    if isOutOfOrder { return "" }
    guard let beginning = advance(to: place.steps) else {
      isOutOfOrder = true
      return ""
    }
    if case .string(let text) = value {
      isInString = true
      return beginning + "\"" + Self.escaped(text)
    }
    return beginning + value.description
  }

  /// `nullValue` may well be null: that it is there counts.
  private static func value(of piece: JSONValue) -> JSONValue? {
    if let text = piece["stringValue"]?.string { return .string(text) }
    if let number = piece["numberValue"], case .number = number { return number }
    if let truth = piece["boolValue"], case .bool = truth { return truth }
    return piece["nullValue"] == nil ? nil : .null
  }

  private static func escaped(_ text: String) -> String {
    String(JSONValue.string(text).description.dropFirst().dropLast())
  }

  /// The text from where the last piece ended to where a value at `next` begins; nil when that lies behind.
  private mutating func advance(to next: [GeminiPath.Step]) -> String? {
    var text = ""
    var level = 0
    if !path.isEmpty {
      while level < path.count, level < next.count, path[level] == next[level] { level += 1 }
      guard level < path.count, level < next.count else { return nil }
      switch (path[level], next[level]) {
      case (.key, .key(let key)): guard !used[level].contains(key) else { return nil }
      case (.index(let last), .index(let index)): guard index == last + 1 else { return nil }
      default: return nil
      }
    }
    // From here on it goes down only: each list begins with its first element.
    guard next.dropFirst(path.isEmpty ? level : level + 1).allSatisfy({ $0.isFirst }) else { return nil }
    if !path.isEmpty { text += end(downTo: level + 1) + "," }
    for (depth, step) in next.enumerated().dropFirst(level) {
      let isNew = depth >= used.count
      if isNew { used.append([]) }
      switch step {
      case .key(let key):
        used[depth].insert(key)
        text += (isNew ? "{" : "") + JSONValue.string(key).description + ":"
      case .index: text += isNew ? "[" : ""
      }
    }
    path = next
    return text
  }

  /// Closes the value at hand, and what is open from this level on.
  private mutating func end(downTo level: Int) -> String {
    var text = isInString ? "\"" : ""
    isInString = false
    for step in path.dropFirst(level).reversed() { text += step.closing }
    used.removeLast(used.count - level)
    return text
  }

  /// The text that ends the arguments.
  mutating func close() -> String {
    guard !path.isEmpty, !isOutOfOrder else { return "" }
    let text = end(downTo: 0)
    path = []
    return text
  }

  /// The arguments as a whole, from pieces in any order.
  func assembled() -> JSONValue {
    var tree = GeminiArgumentTree()
    for entry in entries { tree.put(entry.value, at: entry.path.steps) }
    return tree.value
  }
}

extension GeminiPath.Step {
  /// About how many bytes it takes.
  fileprivate var size: Int { if case .key(let key) = self { key.utf8.count + 16 } else { 16 } }

  /// Whether it can be the first one of what it is in.
  fileprivate var isFirst: Bool {
    switch self {
    case .key: true
    case .index(let index): index == 0
    }
  }
}
