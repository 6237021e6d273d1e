// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Finds the calls of the first answer whose arguments are whole while the answer still comes: the object has closed.
struct EarlyCalls: Sendable {
  private struct Open: Sendable {
    var call: ToolCall
    var extent = JSONExtent()
  }

  private var open: [Int32: Open] = [:]

  /// The call that is whole with this event.
  mutating func add(_ event: StreamEvent) -> ToolCall? {
    switch event {
    case .toolInputStart(let start) where start.choice == 0:
      open[start.index] = Open(call: ToolCall(id: start.id, name: start.name, arguments: ""))
    case .toolInputDelta(let delta) where delta.choice == 0:
      // Taken out, so that its text is not copied.
      guard var call = open.removeValue(forKey: delta.index) else { return nil }
      call.call.arguments += delta.arguments
      call.extent.read(delta.arguments)
      guard call.extent.isClosed else {
        open[delta.index] = call
        return nil
      }
      // Words before the object, or brackets that do not match.
      return call.call.value?.object == nil ? nil : call.call
    case .restarted: open = [:]
    default: break
    }
    return nil
  }
}
