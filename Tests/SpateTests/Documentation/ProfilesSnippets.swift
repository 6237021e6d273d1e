// SPDX-License-Identifier: Apache-2.0

import Spate

/// The code of docs/profiles.md, as it stands there.
enum ProfilesSnippets {
  static func profiles() -> (Model, Provider) {
    let client = Client(profiles: ["house-model-*": ModelProfile(ModelCapabilities(cannot: [.images]))])
    let model = client.model("o3", profile: ModelProfile())  // nothing is known of it: everything is sent
    var provider = Provider.compatible(baseURL: "http://localhost:8000/v1")
    provider.profiles = ["qwen3-*": ModelProfile(rules: [.temperature: .within(0...1)])]
    return (model, provider)
  }

  static func routing() -> Client {
    let house = Provider(id: "house", name: "House", baseURL: "https://models.house.example/v1", key: "HOUSE_KEY")
    let client = Client(
      routing: Routing(
        aliases: ["fast": "groq/llama-3.3-70b-versatile"], providers: [house], prefixes: ["hm-": "house"]))
    return client
  }
}
