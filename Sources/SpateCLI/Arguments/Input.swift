// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a command reads.
enum Input {
  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String, for command: String) throws(UsageError) -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw UsageError("can not read \(path): \(String(cString: strerror(errno)))", command: command)
    }
    defer { if descriptor != 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    let size = 1 << 16
    while true {
      var count = 0
      withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer in
        #if canImport(Glibc)
          count = Glibc.read(descriptor, buffer.baseAddress, size)
        #elseif canImport(Musl)
          count = Musl.read(descriptor, buffer.baseAddress, size)
        #else
          count = Darwin.read(descriptor, buffer.baseAddress, size)
        #endif
        if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      }
      if count == 0 { return bytes }
      if count < 0, errno != EINTR {
        throw UsageError("can not read \(path): \(String(cString: strerror(errno)))", command: command)
      }
    }
  }
}
