// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Figures on stdout, failures of the program itself on stderr.
enum Output {
  static func line(_ text: String) { print(text) }

  static func fail(_ text: String, status: Int32) -> Never {
    let bytes = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
    exit(status)
  }
}
