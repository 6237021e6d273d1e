// SPDX-License-Identifier: Apache-2.0

/// Why a server does not start.
package enum ServerError: Error, Hashable, Sendable {
  /// A system call failed with this `errno`: the port is taken, no descriptors are left.
  case cannotListen(port: UInt16, errno: Int32)
  /// The system has no descriptors or threads left for the server's loop.
  case noLoop(String)
  /// It was started before.
  case alreadyStarted
}
