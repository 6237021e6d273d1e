// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// Who speaks OpenAI's Responses, and Azure.
extension Provider {
  static let responses: [Provider] = [
    .openAIResponses, .azure, .azureEntra, .azureResponses, .azureResponsesEntra,
  ]

  /// OpenAI's Responses, which some of its models speak only. Models are named as `openai-responses/gpt-5-pro`.
  public static let openAIResponses = Provider(
    id: "openai-responses", name: "OpenAI Responses", baseURL: "https://api.openai.com/v1", key: "OPENAI_API_KEY",
    dialect: .openAIResponses, defaultModel: "gpt-5-mini")

  /// Azure OpenAI: the model is the name of a deployment, and is part of the path. `AZURE_OPENAI_ENDPOINT` is the
  /// resource's address (`https://NAME.openai.azure.com`). The version of the API is the last dated one that is not a
  /// preview, unless `OPENAI_API_VERSION` says another. Filter results are in the metadata.
  public static let azure = Provider(
    id: "azure", name: "Azure OpenAI", baseURL: azureDeployments, key: "AZURE_OPENAI_API_KEY",
    authentication: .field("api-key"), quirks: [.maxCompletionTokens, .deploymentPaths])

  /// The same with a Microsoft Entra token, which ends after about an hour: the caller gets and renews it.
  public static let azureEntra = Provider(
    id: "azure-entra", name: "Azure OpenAI (Entra)", baseURL: azureDeployments, key: "AZURE_OPENAI_AD_TOKEN",
    authentication: .bearer, quirks: [.maxCompletionTokens, .deploymentPaths])

  /// Azure OpenAI's Responses, at its undated API. The model is the name of a deployment. From Azure's documentation and
  /// recorded answers; not asked live by us.
  public static let azureResponses = Provider(
    id: "azure-responses", name: "Azure OpenAI Responses", baseURL: "{AZURE_OPENAI_ENDPOINT}/openai/v1",
    key: "AZURE_OPENAI_API_KEY", dialect: .openAIResponses, authentication: .field("api-key"))

  /// The same with a Microsoft Entra token.
  public static let azureResponsesEntra = Provider(
    id: "azure-responses-entra", name: "Azure OpenAI Responses (Entra)", baseURL: "{AZURE_OPENAI_ENDPOINT}/openai/v1",
    key: "AZURE_OPENAI_AD_TOKEN", dialect: .openAIResponses, authentication: .bearer)

  private static let azureDeployments =
    "{AZURE_OPENAI_ENDPOINT}/openai?api-version={OPENAI_API_VERSION|AZURE_OPENAI_API_VERSION=2024-10-21}"
}
