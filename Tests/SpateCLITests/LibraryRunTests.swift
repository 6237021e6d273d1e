// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpateCLI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

#if os(Linux)
  /// A machine whose libcurl is missing or broken (docs/decisions/0017).
  @Suite(.timeLimit(.minutes(10))) struct LibraryRunTests {
    /// A directory that hides the system's libcurl behind one that is an empty file.
    private func withoutLibrary(_ body: ([String: String]) async throws -> Void) async throws {
      var path = Array("/tmp/spate-XXXXXX".utf8CString)
      let made = try #require(mkdtemp(&path))
      let folder = String(cString: made)
      let file = folder + "/libcurl.so.4"
      close(open(file, O_CREAT | O_WRONLY, 0o600))
      defer {
        unlink(file)
        rmdir(folder)
      }
      try await body(["LD_LIBRARY_PATH": folder])
    }

    @Test func withoutTheLibraryTheErrorSaysWhatToInstall() async throws {
      try await withoutLibrary { environment in
        let run = await Child.run(
          "--no-stdin", "--base-url", "https://127.0.0.1:1/v1", "--model", "m", "Hi", environment: environment)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errors.contains("libcurl can not be loaded: install libcurl4"))
      }
    }

    @Test func plainHTTPDoesWithoutTheLibrary() async throws {
      try await withoutLibrary { environment in
        await withSimulator("--text", "Hello.") { base in
          let run = await Child.run(
            "--no-stdin", "--base-url", base, "--model", "m", "Hi", environment: environment)
          #expect(run.status == 0 && run.output == "Hello.")
        }
      }
    }
  }
#endif
