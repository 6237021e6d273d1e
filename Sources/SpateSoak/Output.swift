// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Lines as they come, and the end of the process.
enum Output {
  static func line(_ text: String) {
    var bytes = Array(text.utf8) + [0x0A]
    _ = write(1, &bytes, bytes.count)
  }

  static func fail(_ text: String, status: Int32) -> Never {
    line(text)
    exit(status)
  }
}

/// What the system says about this process.
enum Machine {
  /// Open descriptors; 0 where the system does not say.
  static var descriptorCount: Int { entries("/proc/self/fd") }

  /// What they are.
  static var descriptors: [String] {
    (0..<1024).compactMap { number in
      var bytes = [CChar](repeating: 0, count: 256)
      let count = readlink("/proc/self/fd/\(number)", &bytes, 255)
      return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
  }

  static var threadCount: Int { entries("/proc/self/task") }

  private static func entries(_ path: String) -> Int {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count - 2
  }

  /// As many descriptors as the hard limit allows.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    #if canImport(Glibc)
      let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let files = RLIMIT_NOFILE
    #endif
    guard getrlimit(files, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(files, &limit)
  }
}
