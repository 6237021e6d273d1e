// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A conversation in the words of a dialect.
public struct ExportedConversation: Sendable, Hashable {
  /// The members of a request that hold it: `{"messages": [...]}`, `{"system": "...", "messages": [...]}`.
  public var fields: JSONObject
  /// The list of messages alone.
  public var messages: JSONValue
  /// What the dialect could not carry, each thing once.
  public var warnings: [StreamWarning]

  /// ``fields`` as JSON text.
  public var json: [UInt8] { JSONValue.object(fields).bytes }
}

extension Conversation {
  /// The conversation as a request in this dialect would hold it.
  ///
  /// ```swift
  /// let anthropic = try conversation.exported(as: .anthropic).json
  /// ```
  ///
  /// What the dialect has no place for is left out, and said in ``ExportedConversation/warnings``. It is written for
  /// who takes everything that the dialect has; with a `provider`, for that one. `model` counts where models differ in
  /// what they take (Gemini). Throws `SpateError` for a dialect that is not in `dialects`, and for what it can not say at
  /// all, such as the address of an image where bytes are wanted.
  public func exported(
    as dialect: DialectID, for provider: Provider? = nil, model: String = "any", dialects: Dialects = .builtIn
  ) throws(SpateError) -> ExportedConversation {
    let dialect = try dialects.named(dialect)
    let form = dialect.conversationForm
    guard !messages.isEmpty else {
      return ExportedConversation(fields: [form.messages: []], messages: [], warnings: [])
    }
    let encoded = try dialect.encode(
      ChatRequest(model: model, messages: messages), for: provider ?? .all(speaking: dialect.id))
    let body = try dialect.requestFields(encoded)
    var fields: JSONObject = [:]
    if let name = form.system, let system = body[name] { fields[name] = system }
    let messages = body[form.messages] ?? []
    fields[form.messages] = messages
    return ExportedConversation(fields: fields, messages: messages, warnings: encoded.warnings)
  }
}

extension Provider {
  /// Nobody: who speaks this dialect and takes everything that it has.
  static func all(speaking dialect: DialectID) -> Provider {
    Provider(
      id: dialect.rawValue, name: dialect.rawValue, baseURL: "http://localhost", dialect: dialect,
      quirks: [.replaysReasoningContent, .replaysReasoningDetails, .replaysExtraContent])
  }
}

extension Dialects {
  func named(_ id: DialectID) throws(SpateError) -> any Dialect {
    if let dialect = self[id] { return dialect }
    let known = ids.map(\.rawValue).joined(separator: ", ")
    throw SpateError(.unsupportedProvider, "no dialect is named \(id): there are \(known)")
  }
}

extension Dialect {
  /// The body of a request of ours, by its members.
  func requestFields(_ request: EncodedRequest) throws(SpateError) -> JSONObject {
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: request.body) } catch {
      throw SpateError(.badRequest, "the requests of the dialect \(id) are no JSON: \(error)")
    }
    guard let fields = value.object else {
      throw SpateError(.badRequest, "the requests of the dialect \(id) are no JSON objects")
    }
    return fields
  }
}
