// SPDX-License-Identifier: Apache-2.0

import SpateCore
import Testing

@testable import SpateCLI

/// The command line in other dialects than OpenAI's, against the simulator.
@Suite(.timeLimit(.minutes(10))) struct DialectRunTests {
  /// The provider, what follows the simulator's origin, more flags, and the provider's word for the end.
  @Test(arguments: [
    ("ollama", "", [], "stop"), ("ollama", "/v1", [], "stop"), ("ollama", "", ["--dialect", "openai-chat"], "stop"),
    ("mistral", "/mistral", [], "stop"), ("mistral", "/mistral/v1", [], "stop"), ("cohere", "", [], "COMPLETE"),
    ("cohere", "/v2", [], "COMPLETE"),
  ])
  func theSameAnswerInEachDialect(_ provider: String, _ path: String, _ flags: [String], _ word: String) async throws {
    try await withSimulator("--text", "Hello, world.", "--reasoning", "Hm.") { base in
      let origin = String(base.dropLast("/v1".count))
      for stream in [[], ["--no-stream"]] {
        let run = await Child.run(
          ["--provider", provider, "--base-url", origin + path, "--model", "m", "--output", "json"] + flags
            + stream + ["Hi"], environment: ["MISTRAL_API_KEY": "none", "COHERE_API_KEY": "none"])
        let object = try JSONValue(parsing: run.output)
        #expect(object["text"]?.string == "Hello, world." && object["reasoning"]?.string == "Hm.", "\(run.errors)")
        #expect(object["native_finish"]?.string == word && object["warnings"] == [])
        #expect(object["usage"]?["output"]?.int == 3 && run.status == 0)
      }
    }
  }
}
