// SPDX-License-Identifier: Apache-2.0

internal import SpateCore

/// A key of AWS: from the environment, else from the shared credentials file, as AWS's own tools look for it.
struct AWSCredentials: Sendable, Equatable {
  var accessKeyID: String
  var secretAccessKey: String
  /// Of temporary credentials.
  var sessionToken: String?

  init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (with `AWS_SESSION_TOKEN`), else the profile `AWS_PROFILE`, or
  /// `default`, in `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`. Nil where there is none of it.
  init?(_ environment: Environment) throws(SpateError) {
    if let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
      self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
      return
    }
    let usual = environment["HOME"].map { "\($0)/.aws/credentials" }
    guard let path = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? usual, let bytes = environment.file(path) else {
      return nil
    }
    let profile = environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"] ?? "default"
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SpateError(.auth, "the AWS credentials file \(path) is no UTF-8")
    }
    let values = Self.section(profile, of: text)
    guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else { return nil }
    self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: values["aws_session_token"])
  }

  /// The settings of `[name]`. Lines that begin with # or ; are comments; names are of any case.
  private static func section(_ name: String, of text: String) -> [String: String] {
    var (values, isInside) = ([String: String](), false)
    for line in text.split(whereSeparator: \.isNewline).map(trimmed) where !line.isEmpty {
      if line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        isInside = trimmed(line[line.index(after: line.startIndex)..<end]) == name
      } else if isInside, let equals = line.firstIndex(of: "=") {
        values[trimmed(line[..<equals]).lowercased()] = trimmed(line[line.index(after: equals)...])
      }
    }
    return values
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension AWSCredentials: CustomStringConvertible, CustomReflectable {
  /// Nothing of it may be printed by accident (trust.md S3).
  var description: String { "AWSCredentials(***)" }
  var customMirror: Mirror { Mirror(self, children: [:]) }
}
