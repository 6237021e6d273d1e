// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A child process that keeps whatever descriptors it inherits until it is killed.
struct Sleeper {
  struct Failure: Error { var code: Int32 }

  private let process: pid_t

  init() throws {
    var process: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
    defer { for word in words { free(word) } }
    let failure = posix_spawnp(&process, "sleep", nil, nil, &words, nil)
    guard failure == 0 else { throw Failure(code: failure) }
    self.process = process
  }

  func kill() {
    _ = Glibc.kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
