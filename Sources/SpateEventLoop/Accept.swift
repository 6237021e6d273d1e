// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
  internal import CEvent
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The next client's socket, or -1 with `errno`. Close-on-exec from the start where the system can: a program that the
/// process starts meanwhile must not hold the connection open after we closed it.
///
/// Here because libevent's module takes the socket headers for its own in every file that imports it.
package func acceptCloseOnExec(_ listener: CInt) -> CInt {
  #if os(Linux)
    spate_accept(listener)
  #elseif canImport(Darwin)
    accept(listener, nil, nil)
  #endif
}
