// SPDX-License-Identifier: Apache-2.0

/// Providers that speak OpenAI's chat dialect under a base URL of their own. "Seen" facts come from recorded answers,
/// the rest from the providers' public documentation; what neither shows is said.
extension Provider {
  static let hosted: [Provider] = [
    .together, .fireworks, .cerebras, .perplexity, .moonshot, .zAI, .alibaba, .miniMax, .nvidia, .sambaNova,
    .huggingFace, .gitHubModels, .cloudflare, .databricks, .snowflake, .vercel, .liteLLM, .llamafile,
  ]

  /// Together AI. Seen: the finish `eos` in old answers, usage on the finish chunk.
  public static let together = Provider(
    id: "together", name: "Together AI", baseURL: "https://api.together.ai/v1", keys: ["TOGETHER_API_KEY"],
    quirks: [.takesTopK])

  /// Fireworks AI. Not seen recorded: nothing of its own is assumed.
  public static let fireworks = Provider(
    id: "fireworks", name: "Fireworks AI", baseURL: "https://api.fireworks.ai/inference/v1",
    keys: ["FIREWORKS_API_KEY"], quirks: [.takesTopK])

  /// Cerebras. Seen: reasoning in `reasoning`, usage on the finish chunk, no `[DONE]` behind a router.
  public static let cerebras = Provider(
    id: "cerebras", name: "Cerebras", baseURL: "https://api.cerebras.ai/v1", keys: ["CEREBRAS_API_KEY"],
    quirks: [.maxCompletionTokens])

  /// Perplexity. Seen: usage, citations and the whole message so far on every chunk, no `[DONE]`.
  public static let perplexity = Provider(
    id: "perplexity", name: "Perplexity", baseURL: "https://api.perplexity.ai",
    keys: ["PERPLEXITY_API_KEY", "PPLX_API_KEY"], modelPrefixes: ["sonar"])

  /// Moonshot AI, at its international address. Seen: `reasoning_content`, usage on the finish chunk. That it wants the
  /// reasoning back on tool turns is documented for its thinking models.
  public static let moonshot = Provider(
    id: "moonshot", name: "Moonshot AI", baseURL: "https://api.moonshot.ai/v1", keys: ["MOONSHOT_API_KEY"],
    quirks: [.replaysReasoningContent], modelPrefixes: ["kimi-", "moonshot-"])

  /// Z.ai. Seen: `reasoning_content`.
  public static let zAI = Provider(
    id: "zai", name: "Z.ai", baseURL: "https://api.z.ai/api/paas/v4", keys: ["ZAI_API_KEY"], modelPrefixes: ["glm-"])

  /// Alibaba Cloud's Model Studio, at its international address. Seen: `id` is empty in later pieces of a tool call.
  public static let alibaba = Provider(
    id: "alibaba", name: "Alibaba Cloud Model Studio",
    baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", keys: ["DASHSCOPE_API_KEY"],
    quirks: [.takesTopK], modelPrefixes: ["qwen-"])

  /// MiniMax, at its international address. Not seen recorded; its models are reported to think inside `<think>`.
  public static let miniMax = Provider(
    id: "minimax", name: "MiniMax", baseURL: "https://api.minimax.io/v1", keys: ["MINIMAX_API_KEY"])

  /// NVIDIA NIM, hosted. Not seen recorded.
  public static let nvidia = Provider(
    id: "nvidia", name: "NVIDIA NIM", baseURL: "https://integrate.api.nvidia.com/v1",
    keys: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"])

  /// SambaNova. Not seen recorded.
  public static let sambaNova = Provider(
    id: "sambanova", name: "SambaNova", baseURL: "https://api.sambanova.ai/v1", keys: ["SAMBANOVA_API_KEY"],
    quirks: [.takesTopK])

  /// Hugging Face's router. Seen: answers have the shape of whoever is behind it; errors are bare strings.
  public static let huggingFace = Provider(
    id: "huggingface", name: "Hugging Face", baseURL: "https://router.huggingface.co/v1",
    keys: ["HF_TOKEN", "HUGGINGFACE_API_KEY"])

  /// GitHub Models. Not seen recorded. Its list of models is at another address, which `spate models` does not ask.
  public static let gitHubModels = Provider(
    id: "github", name: "GitHub Models", baseURL: "https://models.github.ai/inference", keys: ["GITHUB_TOKEN"])

  /// Cloudflare Workers AI, of the account in `CLOUDFLARE_ACCOUNT_ID`. Seen: in JSON mode the content is an object.
  public static let cloudflare = Provider(
    id: "cloudflare", name: "Cloudflare Workers AI",
    baseURL: "https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1",
    keys: ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"])

  /// Databricks, at the workspace in `DATABRICKS_HOST` (a URL). Seen: usage on every chunk, the last one counts.
  public static let databricks = Provider(
    id: "databricks", name: "Databricks", baseURL: "{DATABRICKS_HOST}/serving-endpoints", keys: ["DATABRICKS_TOKEN"])

  /// Snowflake Cortex, of the account in `SNOWFLAKE_ACCOUNT`, with a programmatic access token. Seen: streams without a
  /// finish reason, tool calls without a name, which are none.
  public static let snowflake = Provider(
    id: "snowflake", name: "Snowflake Cortex",
    baseURL: "https://{SNOWFLAKE_ACCOUNT}.snowflakecomputing.com/api/v2/cortex/v1",
    keys: ["SNOWFLAKE_PAT", "SNOWFLAKE_TOKEN"])

  /// Vercel's AI gateway. Seen: `reasoning` and `reasoning_details`.
  public static let vercel = Provider(
    id: "vercel", name: "Vercel AI Gateway", baseURL: "https://ai-gateway.vercel.sh/v1",
    keys: ["AI_GATEWAY_API_KEY"], quirks: [.replaysReasoningDetails])

  /// A LiteLLM proxy, on this machine or at `LITELLM_PROXY_API_BASE` (a URL).
  public static let liteLLM = Provider(
    id: "litellm", name: "LiteLLM proxy", baseURL: "{LITELLM_PROXY_API_BASE=http://localhost:4000}",
    keys: ["LITELLM_PROXY_API_KEY", "LITELLM_API_KEY"], needsKey: false, quirks: [.takesTopK])

  /// A llamafile on this machine. Its port is that of llama.cpp's server.
  public static let llamafile = Provider(
    id: "llamafile", name: "llamafile", baseURL: "http://localhost:8080/v1", quirks: [.takesTopK])
}
