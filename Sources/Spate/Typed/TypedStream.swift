// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// An answer that is a Swift value: drafts of it while it comes, its elements as they close, and the whole at the end.
///
/// ```swift
/// struct Recipe: Decodable { var title: String; var steps: [String] }
/// struct Draft: Decodable { var title: String?; var steps: [String]? }
///
/// let stream = client.stream("A recipe for bread", model: "gpt-4o", as: Recipe.self)
/// for try await draft in stream.partials(as: Draft.self) { show(draft) }
/// let recipe = try await stream.value
/// ```
///
/// A handle, as ``ResponseStream`` is: one request, one reader. The value is there only when the answer is complete: one
/// that was stopped by a limit, refused, filtered or cut throws, also when what came of it would make a value (rule C9).
public struct TypedStream<Output: Decodable & Sendable>: Sendable {
  /// The answer's events, words, usage and so on. Its words are the JSON text, whichever way it was asked for.
  public let stream: ResponseStream
  let format: OutputFormat

  /// The whole value: reads what is unread, or waits for the reader; later the same value again.
  ///
  /// Throws what the stream threw, and ``SpateError/Code/invalidOutput`` where there is an answer that is no such value:
  /// its ``SpateError/partial`` has the words and says how the answer ended.
  public var value: Output { get async throws { try await response.value } }

  /// The whole value and the answer that it came in.
  public var response: TypedResponse<Output> {
    get async throws {
      if let refusal = stream.refusal { throw refusal }
      let response = try await stream.response
      return TypedResponse(value: try format.value(Output.self, of: response), response: response)
    }
  }

  /// Closes the connection.
  public func cancel() { stream.cancel() }

  /// Drafts of the value while it comes: see ``partials(as:)``.
  @_disfavoredOverload public var partials: PartialsView<Output> { partials(as: Output.self) }

  /// Drafts of the value while it comes, one for all that was read at once.
  ///
  /// `Draft` is a type with the same fields, all of them optional: it has what is there. With a type whose fields are
  /// required a draft comes once they are all there. Strings grow, everything else comes when it is whole, and what does
  /// not fit is absent. When the answer begins again after a failure, the drafts do too.
  public func partials<Draft: Decodable & Sendable>(as draft: Draft.Type) -> PartialsView<Draft> {
    PartialsView(stream: stream, format: format)
  }

  /// The elements of the answer's array, or of the one at `path` in it, each as soon as it is whole.
  ///
  /// ```swift
  /// for try await item in stream.elements(of: Item.self, at: "items") { add(item) }
  /// ```
  ///
  /// After the last one it throws as ``value`` does when the answer is not complete.
  public func elements<Element: Decodable & Sendable>(
    of element: Element.Type, at path: JSONStep...
  ) -> ElementsView<Element> {
    ElementsView(stream: stream, format: format, path: path)
  }

  /// A string of the answer piece by piece as it is written.
  ///
  /// ```swift
  /// for try await piece in stream.text(at: "summary") { print(piece, terminator: "") }
  /// ```
  public func text(at path: JSONStep...) -> StringFieldView {
    StringFieldView(stream: stream, format: format, path: path)
  }
}

extension TypedStream where Output: PartiallyDecodable {
  /// Drafts of the value while it comes, in the type that it names for them.
  public var partials: PartialsView<Output.Partial> { partials(as: Output.Partial.self) }
}

/// A type that names the type of its drafts.
///
/// ```swift
/// struct Recipe: PartiallyDecodable {
///   var title: String
///   struct Partial: Decodable { var title: String? }
/// }
/// ```
public protocol PartiallyDecodable: Decodable {
  /// The same fields, all of them optional.
  associatedtype Partial: Decodable & Sendable
}

/// A whole value and the answer that it came in.
public struct TypedResponse<Output: Sendable>: Sendable {
  /// The value.
  public let value: Output
  /// Usage, cost, warnings and all else; its ``PartialResponse/text`` is the JSON text.
  public let response: Response
}
