// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// A conversation that was read from a dialect's own JSON.
public struct ImportedConversation: Sendable, Hashable {
  /// What was read.
  public var conversation: Conversation
  /// What stood there and was not read, by its place.
  public var warnings: [StreamWarning]
}

extension Conversation {
  /// Reads a conversation from JSON in a dialect's own words: a whole request, of which everything but the messages and
  /// the system's words is left alone, or the bare list of messages.
  ///
  /// ```swift
  /// let conversation = try Conversation(importing: bytes, from: .openAIChat)
  /// ```
  ///
  /// Throws `SpateError` that names the place: `messages[3].content[0].type must be text, ...`. What the JSON holds and
  /// Spate has no place for is left out; ``imported(_:from:dialects:)`` says what.
  public init(importing json: [UInt8], from dialect: DialectID, dialects: Dialects = .builtIn) throws(SpateError) {
    self = try Self.read(json, in: dialects.named(dialect)).conversation
  }

  /// The same, with a warning for each thing that was not read.
  public static func imported(
    _ json: [UInt8], from dialect: DialectID, dialects: Dialects = .builtIn
  ) throws(SpateError) -> ImportedConversation {
    let named = try dialects.named(dialect)
    let (conversation, given) = try read(json, in: named)
    var warnings: [StreamWarning] = []
    do throws(SpateError) {
      let again = try conversation.exported(as: dialect, dialects: dialects)
      var kept = KeptValues(.object(again.fields))
      for (name, value) in given.members {
        // Places are named as they stood there.
        for place in kept.places(lostFrom: value, at: name) {
          warnings.append(StreamWarning(.ignoredValue, "\(place) has no place here: left out"))
        }
      }
    } catch {
      let what = "whether all of it was read is not known, for it can not be written again: \(error.message)"
      warnings.append(StreamWarning(.ignoredValue, what))
    }
    return ImportedConversation(conversation: conversation, warnings: warnings)
  }

  /// The conversation, and the members that it was read from.
  private static func read(
    _ json: [UInt8], in dialect: any Dialect
  ) throws(SpateError) -> (conversation: Conversation, given: JSONObject) {
    let form = dialect.conversationForm
    let value: JSONValue
    do throws(WireError) { value = try JSONValue(parsing: json) } catch {
      throw SpateError(.badRequest, "the conversation is no JSON: \(error)")
    }
    var given: JSONObject = [:]
    switch value {
    case .array: given[form.messages] = value
    case .object(let fields):
      for (key, value) in fields.members where !value.isNull {
        if let name = form.name(of: key) { given[name] = value }
      }
    default: break
    }
    guard let messages = given[form.messages] else {
      throw SpateError(
        .badRequest, "the conversation must be a list of messages, or an object with a member \(form.messages)")
    }
    if messages == [], given.members.count == 1 { return (Conversation(), given) }
    guard let server = dialect.server else {
      throw SpateError(.unsupportedProvider, "the dialect \(dialect.id) can not read requests")
    }
    // Around it a request of ours: what a server must find in one differs.
    let frame = try dialect.encode(
      ChatRequest(model: "any", messages: ["-"]), for: .all(speaking: dialect.id))
    var fields = try dialect.requestFields(frame)
    fields[form.messages] = nil
    if let system = form.system { fields[system] = nil }
    fields.merge(given)
    let path = frame.path.split(separator: "?", maxSplits: 1)
    let request = ServedRequest(
      method: frame.method, path: path.first.map(String.init) ?? "", query: path.count > 1 ? String(path[1]) : nil,
      fields: frame.fields, body: JSONValue.object(fields).bytes)
    do throws(SpateError) {
      return (Conversation(try server.read(request).messages), given)
    } catch { throw error.replacingMessage(Self.withBrackets(error.message)) }
  }

  /// `messages.3.content.0` as `messages[3].content[0]`: servers name places in the ways of their providers.
  private static func withBrackets(_ message: String) -> String {
    let place = message.prefix { $0 != " " && $0 != ":" }
    let words = place.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count > 1 else { return message }
    var named = String(words[0])
    for word in words.dropFirst() {
      let isNumber = !word.isEmpty && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      named += isNumber ? "[\(word)]" : ".\(word)"
    }
    return named + message[place.endIndex...]
  }
}
