// SPDX-License-Identifier: Apache-2.0

public import SpateCore

/// The dialects that there are, by name: the built-in ones, and those of your own.
///
/// ```swift
/// let client = Client(dialects: .builtIn.adding(MyDialect()))
/// ```
public struct Dialects: Sendable {
  /// The general ones first.
  public private(set) var all: [any Dialect]

  /// These; of two with one name the last one counts.
  public init(_ dialects: [any Dialect]) {
    all = []
    for dialect in dialects { add(dialect) }
  }

  /// Every dialect of Spate's own.
  public static let builtIn = Dialects([
    OpenAIChatDialect(),
    OpenAIResponsesDialect(),
    AnthropicDialect(),
    BedrockConverseDialect(),
    BedrockInvokeAnthropicDialect(),
    GeminiDialect(),
    OllamaDialect(),
    MistralDialect(),
    CohereDialect(),
  ])

  /// The names.
  public var ids: [DialectID] { all.map(\.id) }

  /// The dialect with this name.
  public subscript(id: DialectID) -> (any Dialect)? { all.first { $0.id == id } }

  /// These and another one, which takes the place of one with its name.
  public func adding(_ dialect: any Dialect) -> Dialects {
    var dialects = self
    dialects.add(dialect)
    return dialects
  }

  private mutating func add(_ dialect: any Dialect) {
    if let place = all.firstIndex(where: { $0.id == dialect.id }) { all[place] = dialect } else { all.append(dialect) }
  }

  /// The server that takes a request of this method and path: the last one that does, for those of the first are the
  /// most general.
  public func server(for request: ServedRequest) -> (any ServerDialect)? {
    all.reversed().lazy.compactMap(\.server).first { $0.serves(request) }?.adapted(to: request)
  }

  /// The server that has the list of models that is asked for.
  public func modelServer(for request: ServedRequest) -> (any ServerDialect)? {
    all.reversed().lazy.compactMap(\.server).first { $0.servesModels(request) }
  }
}
