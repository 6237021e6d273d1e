// SPDX-License-Identifier: Apache-2.0

internal import Spate
internal import SpateSimulator

/// What a reader was given of one stream.
struct StreamResult: Sendable {
  let plan: StreamPlan
  /// As the events brought it, restarts included.
  var text = ""
  var finishes = 0
  var restarts = 0
  var seams = 0
  var error: SpateError?
  var hasLeft = false
  /// What the client keeps of it.
  var kept = PartialResponse()

  /// Streams it.
  init(_ plan: StreamPlan, _ model: Model) async {
    self.plan = plan
    let stream = model.stream("Hi", timeouts: plan.timeouts, recovery: plan.recovery)
    var events = 0
    do {
      for try await event in stream {
        switch event {
        case .text(let delta): text += delta.text
        case .restarted: (text, restarts) = ("", restarts + 1)
        case .resumed: seams += 1
        case .finish: finishes += 1
        default: break
        }
        events += 1
        if events == plan.leavesAfter {
          hasLeft = true
          break
        }
      }
    } catch { self.error = error as? SpateError ?? SpateError(.protocol, "another error: \(error)") }
    kept = stream.snapshot
  }

  /// A clock of the client's fired while words were still on their way, on a machine that was too busy.
  func wasLate(_ requests: [ReceivedRequest]) -> Bool { isLate && text.utf8.count < requests.last?.sentText ?? 0 }

  private var isLate: Bool { error?.code == .timeout }

  /// What is wrong with it, in words; `requests` are those that the server got for it.
  func faults(_ requests: [ReceivedRequest]) -> [String] {
    var faults: [String] = []
    func expect(_ isTrue: Bool, _ words: @autoclosure () -> String) { if !isTrue { faults.append(words()) } }
    let whole = plan.script.text
    expect(whole.hasPrefix(text), "doubled or reordered: \(text.suffix(200))")
    guard !hasLeft else {
      expect(kept.text.hasPrefix(text), "the snapshot has other words than the reader")
      return faults
    }
    expect(kept.text == text, "the snapshot has other words than the reader")
    expect((error == nil) == (finishes == 1) && finishes < 2, "\(finishes) finish events, error \(error?.label ?? "none")")
    if let error { expect(error.partial?.text == text, "the error has other words than the reader") }
    // A cut just before a frame's last line end may leave its event whole: one word more than the server counts.
    let sent = plan.recovery.onCut == .continue ? requests.compactMap(\.sentText).max() : requests.last?.sentText
    let got = text.utf8.count
    if let sent, !isLate { expect(got >= sent, "lost: \(sent) bytes of words sent, \(got) read, error \(error?.label ?? "none")") }
    if let sent, got > sent {
      let next = whole.utf8.dropFirst(sent).dropFirst().prefix { $0 != UInt8(ascii: " ") }.count + 1
      expect(got <= sent + next, "more than was sent: \(sent) bytes of words, \(got) read")
    }
    if error == nil { expect(text == whole, "a success without all words: \(got) of \(whole.utf8.count)") }
    let attempts = error?.attempts ?? kept.failedAttempts.count + 1
    expect(requests.count == attempts, "\(attempts) attempts, but \(requests.count) requests")
    return faults
  }
}
