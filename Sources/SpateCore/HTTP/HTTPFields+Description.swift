// SPDX-License-Identifier: Apache-2.0

// For logs: what is a credential, or may be one, is not shown.

extension HTTPFields: CustomStringConvertible, CustomReflectable {
  /// A line a field; credentials masked.
  public var description: String {
    fields.map { "\($0.name): \(Self.isCredential($0.name) ? "***" : $0.value)" }.joined(separator: "\n")
  }

  /// The masked lines, so that `dump` shows no credential either.
  public var customMirror: Mirror { Mirror(self, unlabeledChildren: description.split(separator: "\n")) }

  private static func isCredential(_ name: String) -> Bool {
    ["authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "set-cookie"]
      .contains { areSame($0, name) }
  }
}

extension HTTPFields.Field: CustomStringConvertible, CustomReflectable {
  /// The name only: the value may be a credential.
  public var description: String { name }

  /// The name only.
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
