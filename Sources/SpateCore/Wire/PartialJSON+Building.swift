// SPDX-License-Identifier: Apache-2.0

extension PartialJSON {
  /// A new value in the innermost open container.
  mutating func add(_ kind: Kind, slot: Int32) {
    // The numbers of values are 32 bits wide: two thousand million of them fit no limit of a body.
    guard tree.nodes.count < Int(Int32.max) else { return fail(.limit(.event, Int(Int32.max))) }
    current = Int32(tree.nodes.count)
    revision += 1
    let container = open.last ?? -1
    let isMember = container >= 0 && tree.nodes[Int(container)].kind == .object
    tree.add(PartialTree.Node(kind: kind, parent: container, key: isMember ? key : -1, slot: slot))
  }

  // MARK: Strings

  /// Reads a piece of a string or a key; gives where to go on.
  mutating func readString(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if scalars.isInEscape {
        guard scalars.escape(bytes[index], into: &tree.texts[textSlot]) else {
          fail(.malformed(.escape, offset: offset + index))
          return index
        }
        index += 1
        continue
      }
      let end = Self.endOfRun(bytes, from: index)
      if end > index { scalars.append(bytes.extracting(index..<end), to: &tree.texts[textSlot]) }
      index = end
      guard index < bytes.count else { break }
      switch bytes[index] {
      case UInt8(ascii: "\\"): scalars.beginEscape(into: &tree.texts[textSlot])
      case UInt8(ascii: "\""):
        endText()
        return index + 1
      default:
        fail(.malformed(.controlCharacter, offset: offset + index))
        return index
      }
      index += 1
    }
    if state == .string { revision += 1 }
    return index
  }

  private static func endOfRun(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      index += 1
    }
    return index
  }

  private mutating func endText() {
    tree.texts[textSlot] += scalars.flush()
    if state == .keyString {
      key = Int32(truncatingIfNeeded: textSlot)
      state = .colon
    } else {
      close()
    }
  }
}
