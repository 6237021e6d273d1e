// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Who answers: where, with which key, in which dialect, with which ways of its own. All data.
///
/// ```swift
/// let local = Provider(id: "local", name: "my server", baseURL: "http://localhost:8000/v1", dialect: .openAIChat)
/// ```
public struct Provider: Sendable, Hashable {
  /// The word that users write: `openai`, `groq`.
  public var id: String
  /// The name in its own spelling.
  public var name: String
  /// What its official SDK takes as base URL. The environment fills places in it: `{AWS_REGION|AWS_DEFAULT_REGION}`, and
  /// after `=` what stands there when no such variable is set; a place at its beginning takes a whole URL.
  public var baseURL: String
  /// The environment variables that may hold its key, the first one that is set counts; empty when it needs none.
  public var keyVariables: [String]
  /// Whether a call without a key makes no sense.
  public var needsKey: Bool
  /// Its wire format.
  public var dialect: DialectID
  /// How it is given its key; nil for the usual way of its dialect.
  public var authentication: Authentication?
  /// Its own ways.
  public var quirks: Set<Quirk>
  /// The model that the command line asks for when none is named; nil where there is no name that lasts.
  public var defaultModel: String?
  /// The beginnings of model names that are meant for it when no provider is named.
  public var modelPrefixes: [String]
  /// Where other dialects than ``dialect`` are spoken, by what then follows the base URL: see ``speaking(_:)``.
  public var otherPaths: [DialectID: String] = [:]
  /// What its models can do, where Spate's own table does not say it or is wrong: see ``profile(of:)``.
  public var profiles = ModelProfiles()
  /// The profile that a call goes by: it was found out before.
  package var fitted: ModelProfile?

  /// A provider; without `key` and `keys`, the variables that may hold its key, it is asked without one.
  public init(
    id: String, name: String, baseURL: String, key: String? = nil, keys: [String] = [], needsKey: Bool? = nil,
    dialect: DialectID = .openAIChat, authentication: Authentication? = nil, quirks: Set<Quirk> = [],
    defaultModel: String? = nil, modelPrefixes: [String] = []
  ) {
    self.id = id
    self.name = name
    self.baseURL = baseURL
    keyVariables = (key.map { [$0] } ?? []) + keys
    self.needsKey = needsKey ?? !keyVariables.isEmpty
    self.dialect = dialect
    self.authentication = authentication
    self.quirks = quirks
    self.defaultModel = defaultModel
    self.modelPrefixes = modelPrefixes
  }
}

/// How a provider is given its key.
@nonexhaustive public enum Authentication: Sendable, Hashable {
  /// `Authorization: Bearer KEY`
  case bearer
  /// A header field of this name with nothing but the key: `x-api-key`.
  case field(String)
  /// AWS's signature, version 4, for this service (`bedrock`), with the credentials and the region that AWS's own tools
  /// find. A key in one of the provider's variables comes first, as a bearer token.
  case awsSignature(service: String)
}

/// A way in which a provider differs from the dialect it speaks.
@nonexhaustive public enum Quirk: Sendable, Hashable {
  /// The longest answer is `max_completion_tokens`, not `max_tokens`.
  case maxCompletionTokens
  /// It answers 400 to `stream_options` (rule D8).
  case refusesStreamOptions
  /// It takes `top_k`, which OpenAI does not have.
  case takesTopK
  /// The effort goes into an object `reasoning`, not into `reasoning_effort`.
  case reasoningObject
  /// It wants `reasoning_content` back with the turn it belongs to (rule D21).
  case replaysReasoningContent
  /// It wants `reasoning_details` back with the turn it belongs to.
  case replaysReasoningDetails
  /// It wants `extra_content` back with the call it came with: Google's signatures, at its OpenAI-shaped address.
  case replaysExtraContent
  /// It keeps labels with a request (Vertex).
  case takesLabels
  /// The model is a deployment, and its name is part of the path (Azure).
  case deploymentPaths
  /// The system's words go as a message of the role `developer`. OpenAI takes both, so that no built-in one needs it.
  case developerRole
}
