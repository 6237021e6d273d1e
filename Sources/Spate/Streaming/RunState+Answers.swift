// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// What a run's state is asked, and what it answers.
extension RunState {
  /// Who gets the events.
  enum Reader {
    case nobody
    /// An iterator.
    case iterator
    /// Nobody wants the events, only the answer that they build.
    case response
  }

  /// The answer to who wants to read.
  enum Claim {
    /// There is a reader already.
    case refused
    /// `resume` goes on if it was paused for want of a reader.
    case granted(resume: Attempt?)
  }

  /// What somebody waits for who is no reader.
  enum Goal {
    case head, end
    /// The sockets of a run that was cancelled are closed.
    case close
  }

  /// What an iterator does next.
  enum Step {
    /// There are events; `resume` goes on if it was paused for this reader.
    case events(resume: Attempt?)
    /// `rest` has put off some of what came.
    case wait(rest: Attempt?)
    case failure(SpateError)
    case end
  }
}
