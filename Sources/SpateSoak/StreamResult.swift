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

  /// Words of the last response did not reach the client: a reset takes those with it that the server's system had not
  /// sent, and a clock of the client's may fire while words are on their way, on a machine that is too busy.
  func cameShort(_ requests: [ReceivedRequest]) -> Bool {
    mayComeShort(requests) && text.utf8.count < requests.last?.sentText ?? 0
  }

  private func mayComeShort(_ requests: [ReceivedRequest]) -> Bool {
    guard error?.code != .timeout else { return true }
    // Words of a reset response may be the most that a continued answer has.
    let played = plan.faults[..<min(max(requests.count, 1), plan.faults.count)]
    return (plan.recovery.onCut == .continue ? Array(played) : played.suffix(1)).joined().contains(where: \.isReset)
  }

  /// What is wrong with it, in words; `requests` are those that the server got for it.
  func faults(_ requests: [ReceivedRequest]) -> [String] {
    var faults: [String] = []
    func expect(_ isTrue: Bool, _ words: @autoclosure () -> String) { if !isTrue { faults.append(words()) } }
    let whole = plan.script.text
    expect(whole.hasPrefix(text), "doubled or reordered: \(text.suffix(200))")
    guard !hasLeft else {
      // It may have been begun again since, or have gone on.
      expect(whole.hasPrefix(kept.text), "doubled or reordered in the snapshot: \(kept.text.suffix(200))")
      return faults
    }
    expect(kept.text == text, "the snapshot has other words than the reader")
    expect(
      (error == nil) == (finishes == 1) && finishes < 2, "\(finishes) finish events, error \(error?.label ?? "none")")
    if let error { expect(error.partial?.text == text, "the error has other words than the reader") }
    // A cut just before a frame's last line end may leave its event whole: one word more than the server counts.
    let sent = plan.recovery.onCut == .continue ? requests.compactMap(\.sentText).max() : requests.last?.sentText
    let got = text.utf8.count
    if let sent, !mayComeShort(requests) {
      expect(got >= sent, "lost: \(sent) bytes of words sent, \(got) read, error \(error?.label ?? "none")")
    }
    if let sent, got > sent {
      let next = whole.utf8.dropFirst(sent).dropFirst().prefix { $0 != UInt8(ascii: " ") }.count + 1
      expect(got <= sent + next, "more than was sent: \(sent) bytes of words, \(got) read")
    }
    if error == nil { expect(text == whole, "a success without all words: \(got) of \(whole.utf8.count)") }
    let attempts = error?.attempts ?? kept.failedAttempts.count + 1
    // A request on a kept connection that the server is just closing never gets there: it fails, and is made again.
    let unseen = kept.failedAttempts.count { $0.code == .connect } + (error?.code == .connect ? 1 : 0)
    expect(
      (attempts - unseen...attempts).contains(requests.count), "\(attempts) attempts, but \(requests.count) requests")
    return faults
  }
}

extension Fault {
  fileprivate var isReset: Bool { if case .reset = self { true } else { false } }
}
