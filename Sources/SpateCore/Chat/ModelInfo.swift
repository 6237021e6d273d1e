// SPDX-License-Identifier: Apache-2.0

/// A model in a provider's list. Providers say more or less about theirs: what is nil was not said.
public struct ModelInfo: Sendable, Hashable {
  /// What requests call it.
  public var id: String
  /// What people call it.
  public var name: String?
  /// Who made it.
  public var owner: String?
  /// When it was made, in seconds since 1970.
  public var created: Int?
  /// How many tokens it reads and writes in one conversation.
  public var contextLength: Int?
  /// How many tokens an answer may have.
  public var outputLimit: Int?
  /// What it can do, by the list itself.
  public var capabilities: ModelCapabilities
  /// What it can do where the list does not say it: by what is known of its family. Empty as a list is read;
  /// the client fills it in.
  public var assumedCapabilities = ModelCapabilities()
  /// The entry as the provider sent it.
  public var native: JSONValue

  /// A model with this id.
  public init(
    id: String, name: String? = nil, owner: String? = nil, created: Int? = nil, contextLength: Int? = nil,
    outputLimit: Int? = nil, capabilities: ModelCapabilities = ModelCapabilities(),
    native: JSONValue = .object([:])
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.created = created
    self.contextLength = contextLength
    self.outputLimit = outputLimit
    self.capabilities = capabilities
    self.native = native
  }
}
