// SPDX-License-Identifier: Apache-2.0

import Foundation
import SpateCore
public import SpateDialects
import Testing

// docs/adding-a-provider.md, compiled: its pieces of code stand here as they stand there.

extension Provider {
  /// Acme. Seen: reasoning in `reasoning_content`, which it wants back with the turn.
  public static let acme = Provider(
    id: "acme", name: "Acme", baseURL: "https://api.acme.example/v1", keys: ["ACME_API_KEY"],
    quirks: [.replaysReasoningContent], modelPrefixes: ["acme-"])
}

extension Provider {
  /// The made-up provider stands in no list: so it is found here, in front of the library's own.
  fileprivate static func named(_ id: String) -> Provider? { id == "acme" ? .acme : nil }
}

@Suite struct AcmeTests {
  @Test func requestsAreInItsShape() throws {
    let acme = try #require(Provider.named("acme"))
    #expect(acme.needsKey && acme.keyVariables == ["ACME_API_KEY"])
    let turn: Message = .assistant([.reasoning(Reasoning(text: "hm")), "Hello"])
    let request = ChatRequest(model: "acme-1", messages: ["hi", turn, "on"])
    let encoded = try OpenAIChatDialect().encode(request, for: acme)
    #expect(encoded.path == "/chat/completions" && encoded.warnings.isEmpty)
    let body = try JSONValue(parsing: encoded.body)
    #expect(body["model"] == "acme-1" && body["messages"]?[1]?["reasoning_content"] == "hm")
  }
}

@Suite struct AddingAProviderTests {
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }

  /// What the page shows compiles and passes.
  @Test func thePageShowsThisCode() throws {
    let here = URL(filePath: #filePath)
    let page = here.deletingLastPathComponent().appending(path: "../../../docs/adding-a-provider.md").standardized
    let code = lines(try String(contentsOf: here, encoding: .utf8))
    let text = try String(contentsOf: page, encoding: .utf8)
    let blocks = text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 2)
    for block in blocks {
      let piece = lines(block).filter { !$0.hasPrefix("// SPDX") }
      let isThere = code.indices.contains { code[$0...].starts(with: piece) }
      #expect(isThere, "not in this file: \(piece.first ?? "")")
    }
  }

  /// The list that the page adds to is where it says.
  @Test func theListIsThere() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let file = here.appending(path: "../../../Sources/SpateDialects/Providers/Providers+Hosted.swift").standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.ranges(of: "static let hosted: [Provider] = [\n").count == 1)
  }
}
