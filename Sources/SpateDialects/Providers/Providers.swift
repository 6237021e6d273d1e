// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

extension Provider {
  /// Every built-in provider, in the order of the README's table. None of them was asked live by us: what is said of
  /// each comes from recorded answers, its documentation and its official SDK.
  public static let all: [Provider] =
    [
      .openAI, .anthropic, .gemini, .vertex, .bedrock, .mistral, .cohere, .groq, .deepSeek, .xAI, .openRouter, .ollama,
      .lmStudio, .vLLM, .llamaCpp,
    ] + hosted + responses

  /// The built-in provider with this id.
  public static func named(_ id: String) -> Provider? { all.first { $0.id == id } }

  /// OpenAI. Reasoning models refuse `max_tokens`; `max_completion_tokens` is for all.
  public static let openAI = Provider(
    id: "openai", name: "OpenAI", baseURL: "https://api.openai.com/v1", key: "OPENAI_API_KEY",
    quirks: [.maxCompletionTokens], defaultModel: "gpt-4o-mini", modelPrefixes: ["gpt-", "o1", "o3", "o4", "chatgpt-"])

  /// Anthropic. The base URL is the bare origin; every request names a limit of tokens, and thoughts go back signed.
  public static let anthropic = Provider(
    id: "anthropic", name: "Anthropic", baseURL: "https://api.anthropic.com", key: "ANTHROPIC_API_KEY",
    dialect: .anthropic, defaultModel: "claude-haiku-4-5", modelPrefixes: ["claude-"])

  /// Amazon Bedrock, by Converse; with the dialect ``DialectID/bedrockInvokeAnthropic``, Anthropic's models in their own
  /// format. A key of Bedrock's own, else AWS's credentials, which sign. Models are named as AWS does, with their version,
  /// region or ARN. Not confirmed: the addresses of AWS's China, which end otherwise. Its models are listed at another
  /// host, so that there is no list here.
  public static let bedrock = Provider(
    id: "bedrock", name: "Amazon Bedrock",
    baseURL: "https://bedrock-runtime.{AWS_REGION|AWS_DEFAULT_REGION=us-east-1}.amazonaws.com",
    key: "AWS_BEARER_TOKEN_BEDROCK", dialect: .bedrockConverse, authentication: .awsSignature(service: "bedrock"),
    modelPrefixes: ["amazon.", "anthropic.", "us.", "eu.", "apac.", "global.", "arn:aws:bedrock:"])

  /// Google's Gemini API. The key goes into a header field, never into the address. Of two variables Google's SDK takes
  /// `GOOGLE_API_KEY` first; here the one that can mean nothing else is.
  public static let gemini = Provider(
    id: "gemini", name: "Gemini", baseURL: "https://generativelanguage.googleapis.com",
    keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], dialect: .gemini, quirks: [.replaysExtraContent],
    defaultModel: "gemini-2.5-flash", modelPrefixes: ["gemini-"])

  /// Gemini at Google's Vertex AI, in a project and a region. Its key is an access token, which ends after an hour:
  /// `gcloud auth print-access-token`. The location `global` has another host, and needs its base URL named:
  /// `https://aiplatform.googleapis.com/v1/projects/PROJECT/locations/global/publishers/google`. The names of the token's
  /// variables are those of other tools: Google's own libraries know none. No list of models was confirmed.
  public static let vertex = Provider(
    id: "vertex", name: "Vertex AI",
    baseURL: "https://{GOOGLE_CLOUD_LOCATION|GOOGLE_CLOUD_REGION=us-central1}-aiplatform.googleapis.com/v1/projects/"
      + "{GOOGLE_CLOUD_PROJECT}/locations/{GOOGLE_CLOUD_LOCATION|GOOGLE_CLOUD_REGION=us-central1}/publishers/google",
    keys: ["VERTEX_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"], dialect: .gemini,
    authentication: .bearer, quirks: [.takesLabels, .replaysExtraContent], defaultModel: "gemini-2.5-flash")

  /// Groq. Reasoning comes in `reasoning`, usage also in `x_groq.usage`.
  public static let groq = Provider(
    id: "groq", name: "Groq", baseURL: "https://api.groq.com/openai/v1", key: "GROQ_API_KEY",
    quirks: [.maxCompletionTokens])

  /// DeepSeek. Reasoning comes in `reasoning_content` and is wanted back on tool turns.
  public static let deepSeek = Provider(
    id: "deepseek", name: "DeepSeek", baseURL: "https://api.deepseek.com", key: "DEEPSEEK_API_KEY",
    quirks: [.replaysReasoningContent], defaultModel: "deepseek-chat", modelPrefixes: ["deepseek-"])

  /// xAI. Its completion tokens do not count reasoning in.
  public static let xAI = Provider(
    id: "xai", name: "xAI", baseURL: "https://api.x.ai/v1", key: "XAI_API_KEY",
    quirks: [.maxCompletionTokens], modelPrefixes: ["grok-"])

  /// OpenRouter. Reasoning comes twice, as text and in `reasoning_details`; the cost comes with the usage.
  public static let openRouter = Provider(
    id: "openrouter", name: "OpenRouter", baseURL: "https://openrouter.ai/api/v1", key: "OPENROUTER_API_KEY",
    quirks: [.takesTopK, .reasoningObject, .replaysReasoningDetails], defaultModel: "openrouter/auto")

  /// Mistral. The base URL is the bare origin; one that ends in `/v1` is taken as well. It refuses fields that it does
  /// not know. Not confirmed against the live API: which models take `reasoning_effort` and `top_k`.
  public static let mistral = Provider(
    id: "mistral", name: "Mistral", baseURL: "https://api.mistral.ai", key: "MISTRAL_API_KEY", dialect: .mistral,
    defaultModel: "mistral-small-latest",
    modelPrefixes: [
      "mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-", "voxtral-", "open-mistral-",
      "open-mixtral-",
    ])

  /// Cohere's v2 chat. The base URL is the bare origin; one that ends in `/v2` is taken as well. `COHERE_API_KEY` counts
  /// where its own SDK's `CO_API_KEY` is not set. Not confirmed against the live API: `error` inside a stream.
  public static let cohere = Provider(
    id: "cohere", name: "Cohere", baseURL: "https://api.cohere.com", keys: ["CO_API_KEY", "COHERE_API_KEY"],
    dialect: .cohere, defaultModel: "command-a-03-2025", modelPrefixes: ["command-", "c4ai-"])

  /// Ollama on this machine, by its own chat; `OLLAMA_API_KEY` is for ollama.com. Its OpenAI-shaped endpoint is
  /// `speaking(.openAIChat)`, or any base URL that ends in `/v1`. Not confirmed against a live server: which models take
  /// how hard to think in words.
  public static let ollama = {
    var provider = Provider(
      id: "ollama", name: "Ollama", baseURL: "http://localhost:11434", key: "OLLAMA_API_KEY", needsKey: false,
      dialect: .ollama)
    provider.otherPaths = [.openAIChat: "/v1"]
    return provider
  }()

  /// LM Studio on this machine.
  public static let lmStudio = Provider(
    id: "lmstudio", name: "LM Studio", baseURL: "http://localhost:1234/v1", quirks: [.takesTopK])

  /// vLLM on this machine; a key only if the server was started with one.
  public static let vLLM = Provider(
    id: "vllm", name: "vLLM", baseURL: "http://localhost:8000/v1", key: "VLLM_API_KEY", needsKey: false,
    quirks: [.takesTopK])

  /// llama.cpp's server on this machine; a key only if the server was started with one.
  public static let llamaCpp = Provider(
    id: "llamacpp", name: "llama.cpp", baseURL: "http://localhost:8080/v1", key: "LLAMA_API_KEY", needsKey: false,
    quirks: [.takesTopK])

  /// Any server that speaks OpenAI's chat dialect at this base URL.
  public static func compatible(baseURL: String) -> Provider {
    Provider(
      id: "compatible", name: "the server", baseURL: baseURL, key: "SPATE_API_KEY", needsKey: false,
      quirks: [.takesTopK])
  }
}
