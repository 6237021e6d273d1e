// SPDX-License-Identifier: Apache-2.0

import SpateCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What runs of the command line work on.
enum Sample {
  static let answer = """
    data: {"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"role":"assistant"}}]}

    data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

    data: {"choices":[{"index":0,"delta":{"content":"lo"}}]}

    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

    data: [DONE]


    """
  static let cut = String(answer.prefix { $0 != "f" })
}

/// Runs `body` with a file of these bytes.
func withFile<Result>(_ text: String, _ body: (String) async throws -> Result) async rethrows -> Result {
  var name = Array("/tmp/spate-test-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  let bytes = Array(text.utf8)
  _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
  let path = name.withUnsafeBufferPointer {
    $0.withMemoryRebound(to: UInt8.self) { String(decoding: $0.dropLast(), as: UTF8.self) }
  }
  defer { unlink(path) }
  return try await body(path)
}

/// A running `spate simulate`, and its address.
func withSimulator<Result>(
  _ arguments: String..., body: (String) async throws -> Result
) async rethrows -> Result {
  let child = Child(["simulate"] + arguments)
  defer {
    child.signal(SIGKILL)
    _ = child.finish()
  }
  return try await body(child.line())
}
