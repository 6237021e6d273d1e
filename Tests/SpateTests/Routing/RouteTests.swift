// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// A model's name says who has it, offline.
@Suite struct RouteTests {
  @Test(arguments: [
    ("gpt-4o", "openai", "gpt-4o"), ("gpt-5-mini", "openai", "gpt-5-mini"), ("o1", "openai", "o1"),
    ("o3-mini", "openai", "o3-mini"), ("o4-mini", "openai", "o4-mini"),
    ("chatgpt-4o-latest", "openai", "chatgpt-4o-latest"),
    ("gemini-2.5-flash", "gemini", "gemini-2.5-flash"), ("vertex/gemini-2.5-pro", "vertex", "gemini-2.5-pro"),
    ("deepseek-chat", "deepseek", "deepseek-chat"), ("grok-4", "xai", "grok-4"), ("openai/gpt-4o", "openai", "gpt-4o"),
    ("openai:gpt-4o", "openai", "gpt-4o"), ("groq/llama-3.3-70b", "groq", "llama-3.3-70b"),
    ("groq/openai/gpt-oss-120b", "groq", "openai/gpt-oss-120b"),
    ("openrouter/mistralai/mistral-large", "openrouter", "mistralai/mistral-large"),
    ("openrouter/deepseek/deepseek-r1:free", "openrouter", "deepseek/deepseek-r1:free"),
    ("ollama/llama3.2", "ollama", "llama3.2"), ("ollama:llama3.2", "ollama", "llama3.2"),
    ("ollama/llama3.2:1b", "ollama", "llama3.2:1b"), ("ollama:hf.co/some/model:Q4", "ollama", "hf.co/some/model:Q4"),
    ("mistral-large-latest", "mistral", "mistral-large-latest"), ("codestral-latest", "mistral", "codestral-latest"),
    ("command-a-03-2025", "cohere", "command-a-03-2025"), ("cohere/x", "cohere", "x"),
    ("lmstudio/qwen", "lmstudio", "qwen"), ("vllm/a/b/c", "vllm", "a/b/c"), ("llamacpp:x", "llamacpp", "x"),
    ("xai/anything at all", "xai", "anything at all"),
  ])
  func findsTheProviderOfAName(name: String, provider: String, model: String) throws {
    let route = try Route(model: name, provider: nil)
    #expect(route.provider.id == provider)
    #expect(route.model == model)
  }

  @Test(arguments: [
    "llama3.2", "llama3.2:1b", "mistralai/mistral-large", "unknown/gpt-4o", "OpenAI/gpt-4o", "GPT-4o", "claude", "x:y",
    "/gpt-4o", ":gpt-4o", "/", ":", " gpt-4o", "open", "openaigpt-4o",
  ])
  func saysWhatToWriteForANameNobodyHas(name: String) {
    let error = #expect(throws: SpateError.self) { try Route(model: name, provider: nil) }
    #expect(error?.code == .unsupportedProvider)
    #expect(error?.model == name)
    #expect(error?.message.contains("openrouter") == true)
  }

  @Test(arguments: ["", "openai/", "openai:", "ollama:"])
  func refusesANameWithoutAModel(name: String) {
    let error = #expect(throws: SpateError.self) { try Route(model: name, provider: nil) }
    #expect(error?.code == .badRequest)
  }

  @Test(arguments: ["gpt-4o", "groq/llama", "anything", "a:b", "openai/gpt-4o", "../../admin", "é"])
  func aNamedProviderTakesAnyNameAsItIs(name: String) throws {
    let route = try Route(model: name, provider: .ollama)
    #expect(route.provider.id == "ollama")
    #expect(route.model == name)
  }

  @Test func aNamedProviderNeedsAModelToo() {
    #expect(throws: SpateError.self) { try Route(model: "", provider: .openAI) }
  }

  @Test func everyBuiltInProviderIsFoundByItsName() throws {
    for provider in Provider.all {
      #expect(try Route(model: "\(provider.id)/m", provider: nil).provider == provider)
      #expect(try Route(model: "\(provider.id):m", provider: nil).provider == provider)
      for prefix in provider.modelPrefixes {
        #expect(try Route(model: "\(prefix)x", provider: nil).provider == provider)
      }
    }
  }
}
