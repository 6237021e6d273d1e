// SPDX-License-Identifier: Apache-2.0

/// The calls of tools, which come in pieces or whole.
extension Accumulator {
  struct CallNumber: Sendable, Hashable {
    var choice: Int32
    var index: Int32
  }

  mutating func begin(_ start: ToolInputStart) {
    let choice = place(of: start.choice)
    let number = CallNumber(choice: start.choice, index: start.index)
    openCalls.append(number)
    callPlaces[number] = partial.choices[choice].toolCalls.count
    partial.choices[choice].outline.add(call: partial.choices[choice].toolCalls.count)
    partial.choices[choice].toolCalls.append(
      ToolCall(id: start.id, name: start.name, arguments: "", isComplete: false, choice: Int(start.choice)))
  }

  /// Replaces what was assembled of the call, or adds one that came whole.
  mutating func complete(_ call: ToolCall) {
    let choice = place(of: Int32(clamping: call.choice))
    let open = openCalls.firstIndex { number in
      guard number.choice == call.choice, let place = callPlaces[number] else { return false }
      return partial.choices[choice].toolCalls[place].id == call.id
    }
    if let open, let place = callPlaces[openCalls.remove(at: open)] {
      partial.choices[choice].toolCalls[place] = call
    } else {
      tokens.count(whole: call.arguments)
      partial.choices[choice].outline.add(call: partial.choices[choice].toolCalls.count)
      partial.choices[choice].toolCalls.append(call)
    }
  }
}
