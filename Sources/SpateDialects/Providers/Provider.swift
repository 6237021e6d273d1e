// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// Who answers: where, with which key, in which dialect, with which ways of its own. All data.
///
/// ```swift
/// let local = Provider(id: "local", name: "my server", baseURL: "http://localhost:8000/v1", dialect: .openAIChat)
/// ```
public struct Provider: Sendable, Hashable {
  /// The word that users write: `openai`, `groq`.
  public var id: String {
    get { shared.fields.id }
    set { fields.id = newValue }
  }
  /// The name in its own spelling.
  public var name: String {
    get { shared.fields.name }
    set { fields.name = newValue }
  }
  /// What its official SDK takes as base URL. The environment fills places in it: `{AWS_REGION|AWS_DEFAULT_REGION}`, and
  /// after `=` what stands there when no such variable is set; a place at its beginning takes a whole URL.
  public var baseURL: String {
    get { shared.fields.baseURL }
    set { fields.baseURL = newValue }
  }
  /// The environment variables that may hold its key, the first one that is set counts; empty when it needs none.
  public var keyVariables: [String] {
    get { shared.fields.keyVariables }
    set { fields.keyVariables = newValue }
  }
  /// Whether a call without a key makes no sense.
  public var needsKey: Bool {
    get { shared.fields.needsKey }
    set { fields.needsKey = newValue }
  }
  /// Its wire format.
  public var dialect: DialectID {
    get { shared.fields.dialect }
    set { fields.dialect = newValue }
  }
  /// How it is given its key; nil for the usual way of its dialect.
  public var authentication: Authentication? {
    get { shared.fields.authentication }
    set { fields.authentication = newValue }
  }
  /// Its own ways.
  public var quirks: Set<Quirk> {
    get { shared.fields.quirks }
    set { fields.quirks = newValue }
  }
  /// The model that the command line asks for when none is named; nil where there is no name that lasts.
  public var defaultModel: String? {
    get { shared.fields.defaultModel }
    set { fields.defaultModel = newValue }
  }
  /// The beginnings of model names that are meant for it when no provider is named.
  public var modelPrefixes: [String] {
    get { shared.fields.modelPrefixes }
    set { fields.modelPrefixes = newValue }
  }
  /// Where other dialects than ``dialect`` are spoken, by what then follows the base URL: see ``speaking(_:)``.
  public var otherPaths: [DialectID: String] {
    get { shared.fields.otherPaths }
    set { fields.otherPaths = newValue }
  }
  /// What its models can do, where Spate's own table does not say it or is wrong: see ``profile(of:)``.
  public var profiles: ModelProfiles {
    get { shared.fields.profiles }
    set { fields.profiles = newValue }
  }
  /// The profile that a call goes by: it was found out before.
  package var fitted: ModelProfile? {
    get { shared.fields.fitted }
    set { fields.fitted = newValue }
  }

  private struct Fields: Hashable {
    var id: String
    var name: String
    var baseURL: String
    var keyVariables: [String]
    var needsKey: Bool
    var dialect: DialectID
    var authentication: Authentication?
    var quirks: Set<Quirk>
    var defaultModel: String?
    var modelPrefixes: [String]
    var otherPaths: [DialectID: String] = [:]
    var profiles: ModelProfiles = ModelProfiles()
    var fitted: ModelProfile?
  }

  /// Each call holds its provider: a copy is one reference, until it is changed.
  private final class Shared: Sendable {
    let fields: Fields
    /// A bit for each of the quirks.
    let quirkBits: UInt32

    init(_ fields: Fields) {
      self.fields = fields
      quirkBits = fields.quirks.reduce(0) { $0 | $1.bit }
    }
  }

  private var shared: Shared

  private var fields: Fields {
    get { shared.fields }
    set { shared = Shared(newValue) }
  }

  /// A provider; without `key` and `keys`, the variables that may hold its key, it is asked without one.
  public init(
    id: String, name: String, baseURL: String, key: String? = nil, keys: [String] = [], needsKey: Bool? = nil,
    dialect: DialectID = .openAIChat, authentication: Authentication? = nil, quirks: Set<Quirk> = [],
    defaultModel: String? = nil, modelPrefixes: [String] = []
  ) {
    let keyVariables = (key.map { [$0] } ?? []) + keys
    shared = Shared(
      Fields(
        id: id, name: name, baseURL: baseURL, keyVariables: keyVariables, needsKey: needsKey ?? !keyVariables.isEmpty,
        dialect: dialect, authentication: authentication, quirks: quirks, defaultModel: defaultModel,
        modelPrefixes: modelPrefixes))
  }
}

extension Provider {
  /// Whether it has this way: as ``quirks`` say, without a search, for encoders that ask after several.
  package func has(_ quirk: Quirk) -> Bool { shared.quirkBits & quirk.bit != 0 }

  /// Whether all that they are made of is the same.
  public static func == (a: Provider, b: Provider) -> Bool {
    a.shared === b.shared || a.shared.fields == b.shared.fields
  }

  /// By the id and the base URL.
  public func hash(into hasher: inout Hasher) {
    // The rest tells apart few that have these in common.
    hasher.combine(id)
    hasher.combine(baseURL)
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

extension Quirk {
  fileprivate var bit: UInt32 {
    switch self {
    case .maxCompletionTokens: 1 << 0
    case .refusesStreamOptions: 1 << 1
    case .takesTopK: 1 << 2
    case .reasoningObject: 1 << 3
    case .replaysReasoningContent: 1 << 4
    case .replaysReasoningDetails: 1 << 5
    case .replaysExtraContent: 1 << 6
    case .takesLabels: 1 << 7
    case .deploymentPaths: 1 << 8
    case .developerRole: 1 << 9
    }
  }
}
